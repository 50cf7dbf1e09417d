import Foundation
import Ground
import Records
import Stages

/// The pairs that a training run reads: seeds, some of them held out, and curated pairs.
public struct FinetuneInput: Sendable {
    public private(set) var seeds: [Seed] = []
    public private(set) var heldOut: [Seed] = []
    public private(set) var curated: [Pair] = []
    /// Seeds and pairs that could not be used: where they stand, and why.
    public private(set) var refusals: [RefusedRow] = []
    /// Where each seed and pair stands, by its id.
    public private(set) var places: [String: SourcePlace] = [:]
    private let allTurns: Bool
    private let fields: FieldNames
    private let heldOutShare: Double?
    /// Pairs that `curate --keep-all` marked as not selected.
    public private(set) var unselected = 0
    /// Curated pairs of documents that seeds were held out of.
    public private(set) var ofHeldOutPages = 0

    /// Reads the files.
    ///
    /// - Parameters:
    ///   - heldOut: a file of pairs, or a number of seeds to keep back, chosen by a hash of their ids.
    ///   - heldOutShare: instead of it, a share of the seeds, whole documents at a time (see `DocumentSplit`).
    ///   - curatedFiles: files, "-" for standard input; none means standard input where it is a pipe or a file, never a terminal.
    ///   - allTurns: whether every answer of a conversation is learned, and not the first alone.
    ///   - fields: what the files call instruction and output.
    ///   - wantsCurated: false for roles that learn from seeds alone, and for `--seed-only`.
    /// - Throws: `FinetuneError.noSeeds`, `FinetuneError.noCurated`, or what is wrong with a file.
    public init(
        seedFiles: [String], heldOut: String?, heldOutShare: Double? = nil, curatedFiles: [String], allTurns: Bool = false,
        fields: FieldNames = FieldNames(), wantsCurated: Bool
    ) throws {
        self.allTurns = allTurns
        self.fields = fields
        self.heldOutShare = heldOutShare
        if !seedFiles.isEmpty {
            let reading = try SeedFile.read(seedFiles, allTurns: allTurns, fields: fields)
            (seeds, refusals, places) = (reading.seeds, reading.refusals, reading.places)
        }
        if seeds.isEmpty { throw FinetuneError.noSeeds(refused: RefusedRows.lines(refusals)) }
        if let heldOut { try holdOut(heldOut) }
        if let heldOutShare {
            (seeds, self.heldOut) = DocumentSplit.split(seeds, holdingOut: heldOutShare)
            guard !seeds.isEmpty, !self.heldOut.isEmpty else { throw FinetuneError.oneDocument(seeds: seeds.count + self.heldOut.count) }
        }
        guard wantsCurated else { return }
        let files = curatedFiles.isEmpty && Self.standardInputHasData ? ["-"] : curatedFiles
        if files.isEmpty { throw FinetuneError.noCurated(refused: []) }
        let refusedSeeds = refusals.count
        let heldOutPages = heldOutShare == nil ? [] : Set(self.heldOut.compactMap { DocumentSplit.page(of: $0.object) })
        for record in try RecordSource.readAll(files, fields: fields) {
            do {
                let pair = try Pair(record.object)
                if !pair.isSelected {
                    unselected += 1
                } else if let page = DocumentSplit.page(of: pair.object), heldOutPages.contains(page) {
                    ofHeldOutPages += 1
                } else {
                    curated.append(pair)
                }
                places[pair.id] = record.place
            } catch let rejection as Rejection {
                refusals.append(RefusedRow(record.place, rejection))
            } catch RecordsError.wrongShape(let wanted, let found, nil) {
                throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
            }
        }
        if curated.isEmpty {
            throw FinetuneError.noCurated(refused: RefusedRows.lines(Array(refusals.dropFirst(refusedSeeds))))
        }
    }

    /// What was read, in one line, and under it the first records that could not be used.
    public func account(allTurns: Bool) -> String {
        var parts = ["\(seeds.count) seed pairs", "\(curated.count) curated pairs"]
        if !heldOut.isEmpty { parts.append("\(heldOut.count) held out") }
        let repeated = PairOverlap.repeated(seeds)
        if repeated > 0 { parts[0] += " (\(repeated) of them repeat an earlier one)" }
        let twins = PairTwins()
        for pair in curated { twins.add(instruction: pair.instruction, output: pair.output) }
        if twins.counts.twins > 0 { parts[1] += " (\(twins.counts.twins) of them repeat an earlier one, and are learned again)" }
        if ofHeldOutPages > 0 { parts.append("\(ofHeldOutPages) curated pairs of held-out pages left out") }
        if unselected > 0 { parts.append("\(unselected) not selected") }
        let further = seeds.reduce(0) { $0 + $1.furtherTurns }
        if further > 0, !allTurns { parts.append("\(further) further turns of conversations not used (`--turns all` learns from them)") }
        if !refusals.isEmpty { parts.append("\(refusals.count) refused") }
        return ([parts.joined(separator: ", ")] + RefusedRows.lines(refusals) + [missedShare, overlapWarning].compactMap(\.self)).joined(
            separator: "\n")
    }

    /// That another share is held out than was asked for, since documents stay whole; nil where it is about that.
    public var missedShare: String? {
        guard let heldOutShare else { return nil }
        let share = Double(heldOut.count) / Double(max(1, seeds.count + heldOut.count))
        guard share > 1.25 * heldOutShare || share < 0.8 * heldOutShare else { return nil }
        let documents = Set((seeds + heldOut).compactMap { DocumentSplit.page(of: $0.object) }).count
        return
            "\(Figures.percent(share)) of the seed pairs are held out, and \(Figures.percent(heldOutShare)) were asked for: a document is "
            + "held out whole, and there \(documents == 1 ? "is 1 document" : "are \(documents) documents")"
    }

    /// That held-out pairs are training pairs too, with their number; nil where none is.
    public var overlapWarning: String? { PairOverlap(heldOut: heldOut, seeds: seeds, curated: curated).warning }

    /// Keeps seeds back, or takes the pairs of a file, to measure the loss on.
    ///
    /// - Parameter fileOrNumber: a file of pairs, or a number of seeds, chosen by a hash of their texts.
    /// - Throws: `FinetuneError.heldOutTooMany`, `FinetuneError.noHeldOut`, or what is wrong with the file.
    public mutating func holdOut(_ fileOrNumber: String) throws {
        guard let number = Int(fileOrNumber) else {
            let reading = try SeedFile.read([fileOrNumber], allTurns: allTurns, fields: fields)
            heldOut = reading.seeds
            if heldOut.isEmpty { throw FinetuneError.noHeldOut(fileOrNumber, refused: RefusedRows.lines(reading.refusals)) }
            return
        }
        guard number > 0, number < seeds.count else { throw FinetuneError.heldOutTooMany(number, seeds: seeds.count) }
        (seeds, heldOut) = SeedFile.split(seeds, holdingOut: number)
    }

    /// Keeps this many seeds and forgets the others, chosen by a hash of their texts.
    public mutating func keepSeeds(_ count: Int) {
        if count < seeds.count { seeds = SeedFile.split(seeds, holdingOut: count).heldOut }
    }

    /// Whether somebody has put something on standard input: a pipe or a file, not a terminal and not /dev/null.
    private static var standardInputHasData: Bool {
        var status = stat()
        guard fstat(STDIN_FILENO, &status) == 0 else { return false }
        return [S_IFIFO, S_IFREG, S_IFSOCK].contains(status.st_mode & S_IFMT)
    }
}
