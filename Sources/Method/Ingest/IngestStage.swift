import Records
import Synchronization

/// Ingest as a stage of the pipe: pages in, passages out in the order of the pages, duplicates taken out in that order.
///
/// The output does not depend on how many pages are worked on at a time, and an interrupted run can be resumed. Memory: the pages in flight,
/// and about 40 bytes a kept passage to know duplicates.
public struct IngestStage: Sendable {
    public var paths: [String]
    public var options: IngestOptions

    public init(paths: [String], options: IngestOptions = IngestOptions()) {
        self.paths = paths
        self.options = options
    }

    /// Reads all pages.
    public func run(_ stage: StageOptions) async throws -> StageSummary {
        let ingester = Ingester(options: options)
        let (paths, options) = (paths, options)
        let runner = StageRunner(
            stage: "ingest", settings: options.settings, options: stage,
            redact: { record in if options.personalData != .keep { PersonalData.redact(&record) } },
            orderedStep: options.deduplicates && !options.wholePage ? Self.deduplication() : nil)
        return try await runner.run(over: { try PageSource(paths: paths, options: options) }) { page in
            ingester.passages(from: page).outcomes
        }
    }

    private static func deduplication() -> OrderedStep {
        let deduplicator = SharedDeduplicator()
        return OrderedStep(review: { deduplicator.review($0) }, remember: { _ = deduplicator.review(.kept([$0])) })
    }
}

/// The outcomes come one at a time, but from whichever thread the runner is on.
private final class SharedDeduplicator: Sendable {
    private let state = Mutex(ExactDeduplicator())

    func review(_ outcome: Outcome) -> [Outcome] { state.withLock { [$0.filter(outcome)] } }
}

extension PersonalData {
    /// Replaces findings in every text of a record.
    static func redact(_ record: inout JSONObject) {
        for (key, value) in record.fields {
            if let clean = redacted(value) { record[key] = clean }
        }
    }

    private static func redacted(_ value: JSONValue) -> JSONValue? {
        switch value {
        case .string(let text):
            let (clean, found) = PersonalData().replacing(in: text)
            return found > 0 ? .string(clean) : nil
        case .array(let values): return .array(values.map { redacted($0) ?? $0 })
        case .object(var object):
            redact(&object)
            return .object(object)
        default: return nil
        }
    }
}

extension IngestOptions {
    /// What makes the output what it is, for `--resume` and data cards.
    public var settings: JSONObject {
        var settings: JSONObject = [
            "whole_page": .bool(wholePage), "min_chars": .integer(segmenter.characterRange.lowerBound),
            "max_chars": .integer(segmenter.characterRange.upperBound), "overlap": .bool(segmenter.overlaps),
            "split": .bool(segmenter.splitsLongText), "titles": .bool(dropsUntitled), "repetition": .bool(dropsRepetition),
            "personal_data": .string(personalData.rawValue), "dedup": .bool(deduplicates), "text_field": .string(textField),
            "max_page_bytes": .integer(maximumPageBytes), "ignore_opt_out": .bool(ignoresOptOut), "filters": .object(pageFilters.settings),
        ]
        if let decontamination { settings["decontamination"] = .string(decontamination.fingerprint) }
        if let blockedWords { settings["blocked_words"] = .string(blockedWords.fingerprint) }
        if let nearDuplicates { settings["near_duplicates"] = .string("\(nearDuplicates)") }
        return settings
    }
}
