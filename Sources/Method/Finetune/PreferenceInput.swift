import Foundation
import Records
import Stages

/// The preferences that a training run reads, and seed pairs that no training sees.
public struct PreferenceInput: Sendable {
    public private(set) var preferences: [Preference] = []
    public private(set) var heldOut: [Seed] = []
    /// Records that could not be used: where they stand, and why.
    public private(set) var refusals: [RefusedRow] = []
    /// Where each preference stands, by its id.
    public private(set) var places: [String: SourcePlace] = [:]

    /// Reads the files; "-" is standard input.
    ///
    /// - Parameters:
    ///   - heldOutFile: seed pairs whose loss is measured.
    ///   - fields: what that file calls instruction and output.
    /// - Throws: `FinetuneError.noPreferences`, or what is wrong with a file.
    public init(files: [String], heldOutFile: String?, fields: FieldNames = FieldNames()) throws {
        guard !files.isEmpty else { throw FinetuneError.noPreferences(refused: []) }
        for record in try RecordSource.readAll(files) {
            do {
                let preference = try Preference(record.object)
                preferences.append(preference)
                places[preference.id] = record.place
            } catch let rejection as Rejection {
                refusals.append(RefusedRow(record.place, rejection))
            } catch RecordsError.wrongShape(let wanted, let found, nil) {
                throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
            }
        }
        if preferences.isEmpty { throw FinetuneError.noPreferences(refused: RefusedRows.lines(refusals)) }
        if let heldOutFile { heldOut = try SeedFile.read([heldOutFile], fields: fields).seeds }
    }

    /// What was read, in one line, and under it the first records that could not be used.
    public var account: String {
        var parts = ["\(preferences.count) preferences"]
        if !heldOut.isEmpty { parts.append("\(heldOut.count) pairs held out") }
        if !refusals.isEmpty { parts.append("\(refusals.count) refused") }
        return ([parts.joined(separator: ", ")] + RefusedRows.lines(refusals)).joined(separator: "\n")
    }
}
