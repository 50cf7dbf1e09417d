import Foundation

/// Work that blocks, such as the other end of a pipe, on a thread of its own, so that it does not hold one of the few that tasks share.
struct OtherThread<Value: Sendable>: Sendable {
    private let task: Task<Value, Never>

    init(_ work: @escaping @Sendable () -> Value) {
        task = Task { await withCheckedContinuation { continuation in Thread { continuation.resume(returning: work()) }.start() } }
    }

    var value: Value { get async { await task.value } }
}
