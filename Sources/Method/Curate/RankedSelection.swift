import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// Curation by comparison: all pairs are rated into a file of their own, and those that a choice takes are written once all are known.
///
/// `OUTPUT.rated` and its notes go when the output is whole, unless some pairs are to be rated again: `--resume` then rates them and selects
/// anew. Wherever a run ends, `--resume` goes on to the same bytes, and finds finished work finished.
struct RankedSelection {
    let curator: Curator
    let choice: PairChoice
    let stage: StageOptions
    /// Where the rated pairs wait.
    private let waiting: String
    private let keepsAll: Bool
    private let isPiped: Bool

    init(curator: Curator, choice: PairChoice, stage: StageOptions) {
        var ratesAll = curator
        ratesAll.options.keepsAll = true
        self.curator = ratesAll
        keepsAll = curator.options.keepsAll
        self.choice = choice
        self.stage = stage
        let file = stage.output.flatMap { $0 == "-" ? nil : $0 }
        isPiped = file == nil
        waiting =
            file.map { RatedFiles.names(beside: $0).rated }
            ?? FileManager.default.temporaryDirectory.appending(path: "rated-\(UUID()).jsonl").path
    }

    private var note: String { waiting + ".progress" }
    /// Pairs that the ranking refused, on their way to the rejects.
    private var refused: String { RatedFiles.refused(beside: waiting, isPacked: stage.rejects?.hasSuffix(".gz") == true) }

    func run() async throws -> StageSummary {
        var settings = curator.settings
        settings["keep_all"] = .bool(keepsAll)
        settings["choice"] = .object(choice.settings)
        settings["input"] = try RecordSource.fingerprint(of: stage.inputs).map { .string($0) } ?? .null
        for (name, number) in [("limit", stage.limit), ("take", stage.sample)] { settings[name] = number.map { .integer($0) } }
        settings["without"] = stage.exclude.map { .string($0) }
        if !stage.fields.named.isEmpty { settings["names"] = .object(stage.fields.settings) }
        if !isPiped {
            let what = "the pairs that wait for \(stage.output ?? "")"
            for path in [waiting, refused] { try SideFiles.requireNote(of: waiting, for: path, what) }
        }
        let isRatingBegun = stage.resume && FileManager.default.fileExists(atPath: note)
        if !isRatingBegun {
            // Before hours of rating: whether the output may be written, or stands already.
            var whole = selecting
            if stage.resume, stage.rejects != nil { whole.rejects = refused }
            if case .finished(let summary) = try StageRunner(stage: "select", settings: settings, options: whole).standing() {
                clear()
                let words = "curate: \(stage.output ?? "") stands, finished by an earlier run; --force makes it anew\n"
                if !stage.quiet { StandardStreams.say(words) }
                return summary
            }
        }
        var first = stage
        first.output = waiting
        first.summary = nil
        first.force = !stage.resume
        // A run that ends before the selection does goes on from the ratings.
        first.staysNoted = true
        let isRated = if case .finished = try curator.rater(first).standing() { true } else { false }
        let rated = try await curator.rateAll(first, tellsTwins: choice.distinct == nil && !choice.onePerPassage)
        guard !rated.isInterrupted else { return rated }
        let summary: StageSummary
        do { summary = try await select(settings, rated: rated, goesOn: isRated) } catch let error as UnshownPrecision {
            return unshown(error, rated)
        }
        guard !summary.isInterrupted else { return summary }
        if let rejects = stage.rejects { try append(refused, to: rejects) }
        if rated.unanswered == 0 || isPiped { clear() }
        return summary
    }

    /// Where verdicts set no threshold nothing is chosen, and what was rated waits for more of them.
    private func unshown(_ error: UnshownPrecision, _ rated: StageSummary) -> StageSummary {
        var summary = rated
        let words =
            "\(error)" + (computed.map { " The scores were computed in \($0), and verdicts set a least score for such alone." } ?? "")
        summary.advice = words
        if isPiped {
            clear()
        } else {
            summary.advice = "\(words) The ratings wait in \(waiting): the same command with --resume does not make them again."
        }
        return summary
    }

    /// What products are computed with that make the score, int8 or float32; nil of a model elsewhere.
    private var computed: String? {
        let cards = [curator.pairGain?.backward.backward.card, curator.judge?.card].compactMap { $0 }
        return cards.map(\.precision).first { $0 != "remote" }
    }

    /// The options of the selection, which reads what the rating chose and named.
    private var selecting: StageOptions {
        var options = stage
        (options.limit, options.sample, options.exclude, options.fields) = (nil, nil, nil, FieldNames())
        return options
    }

    /// - Parameter goesOn: whether the ratings stood before this run, so that a selection begun among them holds.
    private func select(_ settings: JSONObject, rated: StageSummary, goesOn: Bool) async throws -> StageSummary {
        let reasons = try reasons()
        var second = selecting
        second.inputs = [waiting]
        second.rejects = stage.rejects == nil ? nil : refused
        let isBegun = (try? StageRunner(stage: "select", settings: settings, options: second).standing()).map { $0 != .nothing } ?? false
        if !(goesOn && isBegun) {
            (second.resume, second.force) = (false, true)
            second.staysNoted = stage.resume
        }
        let (keepsAll, choice) = (keepsAll, choice)
        var summary = try await StageRunner(stage: "select", settings: settings, options: second).run { record in
            let reason = reasons[record.place.line]
            var object = record.object
            choice.mark(&object, isSelected: reason == nil)
            guard let reason else { return .kept([object]) }
            return keepsAll ? .kept([object]) : .dropped(object, reason)
        }
        if summary.kept == 0, summary.droppedCount > 0, !summary.isInterrupted { summary.advice = advice(summary) }
        summary.broken.merge(rated.broken, uniquingKeysWith: +)
        summary.brokenItems += rated.brokenItems
        summary.read += rated.brokenCount
        summary.unanswered = rated.unanswered
        return summary
    }

    /// Why pairs are not chosen, by their lines in the file of rated pairs; those that are chosen are missing.
    private func reasons() throws -> [Int: Rejection] {
        var (candidates, lines) = ([PairChoice.Candidate](), [Int]())
        var source = try RecordSource([waiting], longest: stage.longestRecord)
        while let item = try source.next() {
            guard case .item(let record) = item.content else { continue }
            candidates.append(choice.candidate(try RatedPair(record.object)))
            lines.append(record.place.line)
        }
        if !stage.quiet { for line in choice.silences(candidates) { StandardStreams.say("curate: \(line)\n") } }
        let (settled, threshold) = try choice.settled(candidates)
        if let threshold, case .precision(let share, _) = choice.budget, !stage.quiet {
            StandardStreams.say("curate: \(threshold.account(wanted: share, computed: computed))\n")
            if let others = choice.reach(candidates).words { StandardStreams.say("curate: \(others)\n") }
        }
        let decisions = settled.decisions(candidates)
        return Dictionary(
            zip(lines, decisions).compactMap { line, reason in reason.map { (line, $0) } }, uniquingKeysWith: { first, _ in first })
    }

    /// What a person is told where no pair was chosen.
    private func advice(_ summary: StageSummary) -> String {
        let reasons = summary.dropped.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "no pair was chosen: \(reasons). Ask for less by --min-score, --top-fraction or --tokens."
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

/// The names of the files in which pairs wait for a choice among all of them.
public enum RatedFiles {
    /// The file of rated pairs beside an output, and both names that the pairs which the choice refused may wait under.
    public static func names(beside output: String) -> (rated: String, refused: [String]) {
        let rated = output + ".rated"
        return (rated, [false, true].map { refused(beside: rated, isPacked: $0) })
    }

    static func refused(beside rated: String, isPacked: Bool) -> String { rated + ".rejects" + (isPacked ? ".gz" : "") }
}
