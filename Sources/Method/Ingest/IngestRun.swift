import Dispatch
import Foundation
import Records
import Synchronization

/// Reads pages, works on several at a time, and hands the outcomes over in the order of the input.
public struct IngestRun {
    private var source: PageSource
    private let ingester: Ingester
    private var deduplicator: ExactDeduplicator?
    private let threads: Int
    /// Pages and bytes gathered before they are worked on: enough that no thread waits long for another's last page.
    private let batchPages = 64
    private let batchBytes = 32_000_000

    public init(source: PageSource, ingester: Ingester, threads: Int) {
        self.source = source
        self.ingester = ingester
        self.threads = max(1, threads)
        deduplicator = ingester.options.deduplicates && !ingester.options.wholePage ? ExactDeduplicator() : nil
    }

    /// Calls `receive` with each page's outcomes, in input order on the caller's thread, until the input ends or `receive` says false.
    ///
    /// It blocks the thread that calls it, and works on as many more as `threads` says.
    public mutating func run(_ receive: (PageResult) throws -> Bool) throws {
        while true {
            var pages: [RawPage] = []
            var bytes = 0
            while pages.count < batchPages, bytes < batchBytes, let page = try source.nextPage() {
                bytes += page.body.count
                pages.append(page)
            }
            guard !pages.isEmpty else { return }
            for var result in results(of: pages) {
                if deduplicator != nil {
                    result.outcomes = result.outcomes.map { deduplicator?.filter($0) ?? $0 }
                }
                guard try receive(result) else { return }
            }
        }
    }

    private func results(of pages: [RawPage]) -> [PageResult] {
        let results = Mutex([PageResult](repeating: PageResult(), count: pages.count))
        let next = Atomic<Int>(0)
        let ingester = ingester
        DispatchQueue.concurrentPerform(iterations: min(threads, pages.count)) { _ in
            while true {
                let index = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard index < pages.count else { return }
                let result = ingester.passages(from: pages[index])
                results.withLock { $0[index] = result }
            }
        }
        return results.withLock { $0 }
    }
}
