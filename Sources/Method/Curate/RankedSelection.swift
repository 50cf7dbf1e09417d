import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Curation by rank: all pairs are rated into a file of their own, and the best share of them is written once every rank is known.
///
/// `OUTPUT.rated` and its notes go when the output is whole, unless some pairs are to be rated again: `--resume` then rates them and selects
/// anew. Wherever a run ends, `--resume` goes on to the same bytes, and finds finished work finished.
struct RankedSelection {
    let curator: Curator
    let topFraction: TopFraction
    let stage: StageOptions
    /// Where the rated pairs wait.
    private let waiting: String
    private let keepsAll: Bool
    private let isPiped: Bool

    init(curator: Curator, topFraction: TopFraction, stage: StageOptions) {
        var ratesAll = curator
        ratesAll.options.keepsAll = true
        self.curator = ratesAll
        keepsAll = curator.options.keepsAll
        self.topFraction = topFraction
        self.stage = stage
        let file = stage.output.flatMap { $0 == "-" ? nil : $0 }
        isPiped = file == nil
        waiting = file.map { $0 + ".rated" } ?? FileManager.default.temporaryDirectory.appending(path: "rated-\(UUID()).jsonl").path
    }

    private var note: String { waiting + ".progress" }
    /// Pairs that the ranking refused, on their way to the rejects.
    private var refused: String { waiting + ".rejects" + (stage.rejects?.hasSuffix(".gz") == true ? ".gz" : "") }

    func run() async throws -> StageSummary {
        var settings = curator.settings
        settings["keep_all"] = .bool(keepsAll)
        settings["top_fraction"] = .double(topFraction.fraction)
        settings["input"] = try RecordSource.fingerprint(of: stage.inputs).map { .string($0) } ?? .null
        for (name, number) in [("limit", stage.limit), ("take", stage.sample)] { settings[name] = number.map { .integer($0) } }
        settings["without"] = stage.exclude.map { .string($0) }
        if !stage.fields.named.isEmpty { settings["names"] = .object(stage.fields.settings) }
        let isRatingBegun = stage.resume && FileManager.default.fileExists(atPath: note)
        if !isRatingBegun {
            // Before hours of rating: whether the output may be written, or stands already.
            var whole = selecting
            if stage.resume, stage.rejects != nil { whole.rejects = refused }
            if case .finished(let summary) = try StageRunner(stage: "select", settings: settings, options: whole).standing() {
                clear()
                let words = "curate: \(stage.output ?? "") stands, finished by an earlier run; --force makes it anew\n"
                if !stage.quiet { FileHandle.standardError.write(Data(words.utf8)) }
                return summary
            }
        }
        var first = stage
        first.output = waiting
        first.summary = nil
        first.force = !stage.resume
        let isRated = if case .finished = try curator.rater(first).standing() { true } else { false }
        let rated = try await curator.rateAll(first)
        guard !rated.isInterrupted else { return rated }
        let summary = try await select(settings, rated: rated, goesOn: isRated)
        guard !summary.isInterrupted else { return summary }
        if let rejects = stage.rejects { try append(refused, to: rejects) }
        if rated.unanswered == 0 || isPiped { clear() }
        return summary
    }

    /// The options of the selection, which reads what the rating chose and named.
    private var selecting: StageOptions {
        var options = stage
        (options.limit, options.sample, options.exclude, options.fields) = (nil, nil, nil, FieldNames())
        return options
    }

    /// - Parameter goesOn: whether the ratings stood before this run, so that a selection begun among them holds.
    private func select(_ settings: JSONObject, rated: StageSummary, goesOn: Bool) async throws -> StageSummary {
        let cut = try topFraction.cut(ofFiles: [waiting], longest: stage.longestRecord)
        var second = selecting
        second.inputs = [waiting]
        second.rejects = stage.rejects == nil ? nil : refused
        let isBegun = (try? StageRunner(stage: "select", settings: settings, options: second).standing()).map { $0 != .nothing } ?? false
        if !(goesOn && isBegun) {
            (second.resume, second.force) = (false, true)
            second.staysNoted = stage.resume
        }
        let keepsAll = keepsAll
        var summary = try await StageRunner(stage: "select", settings: settings, options: second).run { record in
            let pair = try RatedPair(record.object)
            let isSelected = cut.map { TopFraction.Rank(id: pair.pair.id, score: pair.score) >= $0 } ?? false
            var object = record.object
            object["selected"] = .bool(isSelected)
            if isSelected || keepsAll { return .kept([object]) }
            return .dropped(object, Rejection("below_top_fraction", value: .double(pair.score), threshold: .double(cut?.score ?? 5)))
        }
        summary.broken.merge(rated.broken, uniquingKeysWith: +)
        summary.brokenItems += rated.brokenItems
        summary.read += rated.brokenCount
        summary.unanswered = rated.unanswered
        return summary
    }

    /// Moves the pairs that the ranking refused behind those that were not rated. A run that is resumed cuts the rejects back to the latter
    /// first, as long as the note of the rating stands.
    private func append(_ refused: String, to rejects: String) throws {
        guard rejects != "-" else {
            try FileHandle.standardOutput.write(contentsOf: Data(contentsOf: URL(filePath: refused)))
            return
        }
        let source = try FileHandle(forReadingFrom: URL(filePath: refused))
        let target = try FileHandle(forWritingTo: URL(filePath: rejects))
        try target.seekToEnd()
        while let piece = try source.read(upToCount: 1 << 20), !piece.isEmpty { try target.write(contentsOf: piece) }
        try target.synchronize()
        try target.close()
    }

    /// Removes what waited; the note first, since what it tells of must not be missing.
    private func clear() {
        for path in [note, refused, waiting] { try? FileManager.default.removeItem(atPath: path) }
    }
}
