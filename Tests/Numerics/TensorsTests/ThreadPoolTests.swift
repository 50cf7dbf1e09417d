import Synchronization
import Testing

import Tensors

@Suite struct ThreadPoolTests {
    @Test("every task runs exactly once, also when tasks start tasks of their own", arguments: [1, 2, 4])
    func once(threads: Int) {
        let pool = ThreadPool(threads: threads)
        for tasks in [0, 1, 2, 3, 7, 100] {
            for _ in 0..<50 {
                let counts = (0..<tasks).map { _ in Count() }
                pool.run(tasks) { task in
                    pool.run(3) { _ in counts[task].value.add(1, ordering: .relaxed) }
                }
                #expect(counts.allSatisfy { $0.value.load(ordering: .relaxed) == 3 })
            }
        }
    }

    @Test("two callers at once both get their work done")
    func callers() async {
        let pool = ThreadPool(threads: 2)
        await withTaskGroup(of: Int.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    let count = Count()
                    for _ in 0..<200 { pool.run(5) { _ in count.value.add(1, ordering: .relaxed) } }
                    return count.value.load(ordering: .relaxed)
                }
            }
            for await found in group { #expect(found == 1000) }
        }
    }

    private final class Count: Sendable {
        let value = Atomic<Int>(0)
    }
}
