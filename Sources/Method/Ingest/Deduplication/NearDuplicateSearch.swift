import Foundation
import Records
import Synchronization

/// The first of the two readings that near-duplicates take: all passages are cut and filtered as in the second, and only their keys kept.
///
/// Memory: see `NearDuplicates`, and 40 bytes a passage for its identifier.
struct NearDuplicateSearch {
    /// What the second reading needs to know.
    struct Finding: Sendable {
        /// For each passage that goes the earliest of its group.
        var survivors: [String: String] = [:]
        /// The groups in the order of their earliest passages.
        var groups: [[String]] = []
    }

    let ingester: Ingester
    let method: MinHash

    /// Reads all pages; nil where the reading was interrupted.
    func run(_ stage: StageOptions, open: @escaping @Sendable () throws -> PageSource) async throws -> Finding? {
        let store = Store(method)
        let (ingester, index) = (ingester, NearDuplicates(method))
        var options = StageOptions(inputs: stage.inputs, limit: stage.limit, sample: stage.sample, maxBroken: 1, exclude: stage.exclude)
        options.quiet = true
        options.concurrency = stage.concurrency
        let step = OrderedStep(review: { outcome in
            store.state.withLock { $0.take(outcome) }
            return []
        })
        let runner = StageRunner(stage: "ingest", settings: [:], options: options, orderedStep: step)
        let summary = try await runner.run(over: open) { page in
            let outcomes = ingester.passages(from: page).outcomes
            for case .kept(let records) in outcomes {
                for record in records {
                    guard let id = record["id"]?.string, let text = record["text"]?.string else { continue }
                    let keys = index.keys(of: text)
                    store.state.withLock { $0.waiting[id] = keys }
                }
            }
            return outcomes
        }
        return summary.isInterrupted ? nil : store.state.withLock { $0.finding() }
    }

    private final class Store: Sendable {
        let state: Mutex<State>
        init(_ method: MinHash) { state = Mutex(State(index: NearDuplicates(method))) }
    }

    private struct State {
        var index: NearDuplicates
        var exact = ExactDeduplicator()
        /// Keys of passages that were read ahead of their turn.
        var waiting: [String: [UInt64]] = [:]
        var ids: [String] = []

        mutating func take(_ outcome: Outcome) {
            guard case .kept(let records) = outcome else { return }
            for record in records {
                guard let id = record["id"]?.string, let keys = waiting.removeValue(forKey: id) else { continue }
                guard case .kept = exact.filter(.kept([record])) else { continue }
                ids.append(id)
                index.add(keys)
            }
        }

        func finding() -> Finding {
            var finding = Finding()
            var groups: [Int: [Int]] = [:]
            for (passage, first) in index.groups().enumerated() where passage != first {
                finding.survivors[ids[passage]] = ids[first]
                groups[first, default: [first]].append(passage)
            }
            finding.groups = groups.sorted { $0.key < $1.key }.map { group in group.value.map { ids[$0] } }
            return finding
        }
    }
}
