import CKernels
import Foundation
import Synchronization

/// A fixed set of threads that share out numbered tasks; the caller works along and returns when all are done.
///
/// A call from within a task, or while another thread's call is running, does its tasks one after the other.
public final class ThreadPool: Sendable {
    /// The number of threads, the caller's among them.
    public let threads: Int
    private let state: PoolState
    private let isBusy = Atomic<Bool>(false)

    /// Starts threads - 1 workers.
    public init(threads: Int = ProcessInfo.processInfo.activeProcessorCount) {
        precondition(threads > 0, "a pool needs at least one thread")
        self.threads = threads
        let state = PoolState()
        self.state = state
        for _ in 1..<threads {
            let thread = Thread { state.work() }
            thread.stackSize = 4 << 20
            thread.start()
        }
    }

    deinit { state.stop() }

    /// Runs body(0), ..., body(tasks - 1), in any order and on any thread.
    public func run(_ tasks: Int, _ body: (Int) -> Void) {
        let isFree = threads > 1 && tasks > 1 && !isBusy.exchange(true, ordering: .acquiring)
        guard isFree else {
            for task in 0..<tasks { body(task) }
            return
        }
        withoutActuallyEscaping(body) { body in
            withUnsafePointer(to: body) { state.share(tasks, $0) }
        }
        isBusy.store(false, ordering: .releasing)
    }
}

/// What the threads of a pool share. A ticket is the job's number and its next task in one word, so that a worker that wakes late
/// draws nothing of a later job, and nobody waits for a worker that has drawn nothing.
///
/// Unchecked because `job` points to a borrowed closure: it changes under the lock only, and is called only for a task drawn with the
/// ticket of its own job, which ends after that task.
private final class PoolState: @unchecked Sendable {
    private let condition = NSCondition()
    typealias Job = UnsafePointer<(Int) -> Void>
    private var job: Job?
    private var tasks = 0
    private var number = 0
    private var isStopped = false
    private let ticket = Atomic<Int>(0)
    private let finished = Atomic<Int>(0)
    private static let taskBits = 32

    func share(_ tasks: Int, _ body: Job) {
        condition.lock()
        number = (number + 1) & 0x3FFF_FFFF
        let number = number
        job = body
        self.tasks = tasks
        finished.store(0, ordering: .relaxed)
        ticket.store(number << Self.taskBits, ordering: .releasing)
        condition.broadcast()
        condition.unlock()
        draw(number, tasks, body)
        var spins = 0
        while finished.load(ordering: .acquiring) < tasks {
            spins += 1
            if spins > 2000 { sched_yield() } else { processor_pause() }
        }
        condition.lock()
        job = nil
        condition.unlock()
    }

    func work() {
        var seen = 0
        while true {
            var spins = 0
            // A sleeping thread takes longer to wake than most gaps between two jobs last.
            while ticket.load(ordering: .acquiring) >> Self.taskBits == seen && spins < 4000 {
                spins += 1
                processor_pause()
            }
            condition.lock()
            while number == seen && !isStopped { condition.wait() }
            let (isEnd, body, tasks) = (isStopped, job, tasks)
            seen = number
            condition.unlock()
            if isEnd { return }
            if let body { draw(seen, tasks, body) }
        }
    }

    func stop() {
        condition.lock()
        isStopped = true
        condition.broadcast()
        condition.unlock()
    }

    private func draw(_ number: Int, _ tasks: Int, _ body: Job) {
        var current = ticket.load(ordering: .acquiring)
        while current >> Self.taskBits == number {
            let task = current & (1 << Self.taskBits - 1)
            if task >= tasks { return }
            let (exchanged, original) = ticket.weakCompareExchange(
                expected: current, desired: current + 1, ordering: .acquiringAndReleasing)
            guard exchanged else {
                current = original
                continue
            }
            Self.call(body, task)
            finished.add(1, ordering: .acquiringAndReleasing)
            current = ticket.load(ordering: .acquiring)
        }
    }

    /// Never inlined, so that no thread holds on to the closure once it has counted its task as finished.
    @inline(never) private static func call(_ body: Job, _ task: Int) { body.pointee(task) }
}
