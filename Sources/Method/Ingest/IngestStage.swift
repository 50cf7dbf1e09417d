import Foundation
import Records
import Synchronization

/// Ingest as a stage of the pipe: pages in, passages out in the order of the pages, duplicates taken out in that order.
///
/// The output does not depend on how many pages are worked on at a time, and an interrupted run can be resumed. Memory: the pages in flight,
/// and about 40 bytes a kept passage to know duplicates; near-duplicates take a second reading and what `NearDuplicates` says.
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
        let open: @Sendable () throws -> PageSource = { try PageSource(paths: paths, options: options) }
        var survivors: [String: String] = [:]
        if let method = options.nearDuplicates, !options.wholePage {
            guard let finding = try await NearDuplicateSearch(ingester: ingester, method: method).run(stage, open: open) else {
                var summary = StageSummary(stage: "ingest", maxBroken: stage.maxBroken)
                summary.isInterrupted = true
                return summary
            }
            survivors = finding.survivors
            if let file = options.clusterFile { try Self.write(finding.groups, to: file) }
        }
        let runner = StageRunner(
            stage: "ingest", settings: options.settings, options: stage,
            redact: { record in if options.personalData != .keep { PersonalData.redact(&record) } },
            orderedStep: options.deduplicates && !options.wholePage ? Self.deduplication(survivors) : nil)
        return try await runner.run(over: open) { ingester.passages(from: $0).outcomes }
    }

    /// The earliest of equal passages stays, and of nearly equal ones; a resumed run knows those that were written.
    private static func deduplication(_ survivors: [String: String]) -> OrderedStep {
        let deduplicator = SharedDeduplicator()
        return OrderedStep(
            review: { outcome in
                let outcome = deduplicator.review(outcome)
                guard case .kept(let records) = outcome, let record = records.first, let id = record["id"]?.string,
                    let survivor = survivors[id]
                else { return [outcome] }
                return [.dropped(record, Rejection("near_duplicate", value: .string(survivor)))]
            }, remember: { _ = deduplicator.review(.kept([$0])) })
    }

    private static func write(_ groups: [[String]], to file: String) throws {
        var lines = ""
        for group in groups {
            let record: JSONObject = [
                "kept": .string(group[0]), "dropped": .array(group.dropFirst().map(JSONValue.string)), "size": .integer(group.count),
            ]
            lines += record.serialized + "\n"
        }
        do {
            try Data(lines.utf8).write(to: URL(filePath: file))
        } catch {
            throw IngestError.unwritable(path: file, why: error.localizedDescription)
        }
    }
}

/// The outcomes come one at a time, but from whichever thread the runner is on.
private final class SharedDeduplicator: Sendable {
    private let state = Mutex(ExactDeduplicator())

    func review(_ outcome: Outcome) -> Outcome { state.withLock { $0.filter(outcome) } }
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
