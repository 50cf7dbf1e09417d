import Foundation
import Ground
import Records
import Stages
import Synchronization

/// Ingest as a stage of the pipe: pages in, passages out in the order of the pages, duplicates taken out in that order.
///
/// The output does not depend on how many pages are worked on at a time, and an interrupted run can be resumed. Memory: the pages in flight,
/// and about 40 bytes a kept passage to know duplicates; near-duplicates take what `NearDuplicateSearch` says, and disk for all passages in a
/// temporary file, as nothing is written before all have been seen.
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
        var runner = StageRunner(
            stage: "ingest", settings: options.settings, options: stage,
            redact: { record in if options.personalData != .keep { PersonalData.redact(&record) } })
        runner.batchBytes = Self.batchBytes
        runner.notRead = try PageSource(paths: paths, options: options).notRead
        var marks: @Sendable ([Outcome]) -> [UInt64] = { _ in [] }
        let isDeduplicating = options.nearDuplicates != nil || (options.deduplicates && !options.wholePage)
        if stage.shard != nil {
            // Which of equal passages stay is known when all shards are; `join` decides it.
        } else if let method = options.nearDuplicates {
            let search = NearDuplicateSearch(method, clusterFile: options.clusterFile)
            runner.deferral = search.deferral
            marks = search.marks
        } else if isDeduplicating {
            // A whole page stays, whatever others say, unless near-duplicates are asked for.
            runner.orderedStep = Self.deduplication
            marks = Self.exactMarks
        }
        if stage.shard != nil, isDeduplicating, let output = stage.output { try DuplicateSignatures.check(beside: output) }
        let summary = try await runner.run(over: { try PageSource(paths: paths, options: options) }) { [marks] page in
            let outcomes = ingester.passages(from: page).outcomes
            return StageYield(outcomes, marks: marks(outcomes))
        }
        if stage.shard != nil, isDeduplicating, let output = stage.output, !summary.isInterrupted {
            try DuplicateSignatures.write(of: output, options.nearDuplicates)
        }
        return summary
    }

    /// Some milliseconds of work.
    private static let batchBytes = 2 << 20

    /// The earliest of equal passages stays; a resumed run knows those that were written.
    private static var deduplication: OrderedStep {
        let deduplicator = SharedDeduplicator()
        return OrderedStep(reviewItem: deduplicator.review, remember: deduplicator.remember)
    }

    @Sendable private static func exactMarks(_ outcomes: [Outcome]) -> [UInt64] {
        var marks: [UInt64] = []
        for case .kept(let records) in outcomes {
            if let text = records.first?["text"]?.string { marks += ExactDeduplicator.Key(of: text).marks }
        }
        return marks
    }
}

/// The items come one at a time, but from whichever thread the runner is on.
private final class SharedDeduplicator: Sendable {
    private let state = Mutex(ExactDeduplicator())

    func review(_ yield: StageYield) -> [Outcome] {
        state.withLock { state in
            var marks = yield.marks[...]
            return yield.outcomes.map { outcome in
                guard case .kept(let records) = outcome, let record = records.first, let one = marks.popFirst(), let two = marks.popFirst()
                else { return outcome }
                return state.insert(ExactDeduplicator.Key(one, two)) ? outcome : .dropped(record, Rejection("duplicate"))
            }
        }
    }

    func remember(_ record: JSONObject) { state.withLock { _ = $0.filter(.kept([record])) } }
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
