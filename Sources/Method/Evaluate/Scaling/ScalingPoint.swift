import Foundation
import Ground
import Stages

/// The figure of a model trained on so many pairs of a set.
public struct ScalingPoint: Sendable, Equatable {
    public let set: String
    public let pairs: Double
    public let figure: Double

    /// The points that a word of the command line stands for: FILE of records with `n`, the figure and perhaps `set`; or [SET:]N=FILE, a
    /// report of `humpback evaluate --json` or `compare --json`, of whose last model the figure is taken (the base stands first).
    ///
    /// - Parameter name: the figure's name; nil takes `figure` of records, and of a report the first of accuracy, exact_match, true_mass,
    ///   win_rate, loss that it has.
    /// - Throws: `ScalingError.noPoint` for what has no such figure.
    public static func read(_ word: String, figure name: String?) throws -> [ScalingPoint] {
        if let equals = word.firstIndex(of: "="), !FileManager.default.fileExists(atPath: word) {
            let parts = word[..<equals].split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            let file = String(word[word.index(after: equals)...])
            guard let pairs = parts.last.flatMap({ Double($0) }), pairs >= 1 else {
                throw ScalingError.noPoint(file: word, reason: "before = stands no number of pairs")
            }
            let records = try RecordSource.readAll([file])
            guard let report = records.first?.object, records.count == 1 else {
                throw ScalingError.noPoint(file: file, reason: "it is no report of one JSON object")
            }
            guard let figure = figure(of: report, named: name), figure.isFinite else {
                throw ScalingError.noPoint(file: file, reason: "there is no figure \(name ?? "known by name") in it")
            }
            return [ScalingPoint(set: parts.count > 1 ? String(parts[0]) : "pairs", pairs: pairs, figure: figure)]
        }
        let field = name ?? "figure"
        let set = URL(filePath: word).deletingPathExtension().lastPathComponent
        let points = try RecordSource.readAll([word]).map { record in
            func number(_ field: String) -> Double? { record.object[field].flatMap { $0.double ?? $0.string.flatMap(Double.init) } }
            guard let pairs = number("n"), pairs >= 1, let figure = number(field), figure.isFinite else {
                throw ScalingError.noPoint(file: "\(record.place)", reason: "it has no number n of at least 1, or no number \(field)")
            }
            return ScalingPoint(set: record.object["set"]?.string ?? set, pairs: pairs, figure: figure)
        }
        guard !points.isEmpty else { throw ScalingError.noPoint(file: word, reason: "it is empty") }
        return points
    }

    private static let usual = ["accuracy", "exact_match", "true_mass", "win_rate", "loss"]

    private static func figure(of report: JSONObject, named name: String?) -> Double? {
        let model =
            report["tasks"]?.array?.first?.object?["models"]?.array?.last?.object ?? report["comparisons"]?.array?.last?.object
            ?? report["models"]?.array?.last?.object
        let names = name.map { [$0] } ?? usual
        return names.lazy.compactMap { model?[$0]?.double ?? report[$0]?.double }.first
    }
}
