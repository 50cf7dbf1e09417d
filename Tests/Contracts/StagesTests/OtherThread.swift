import Foundation
import Synchronization

/// Work that blocks, such as the other end of a pipe, on a thread of its own, so that it does not hold one of the few that tasks share.
/// It begins at once, however busy those are.
struct OtherThread<Value: Sendable>: Sendable {
    private final class State: Sendable {
        let value = Mutex<(found: Value?, waiting: CheckedContinuation<Value, Never>?)>((nil, nil))
    }

    private let state = State()

    init(_ work: @escaping @Sendable () -> Value) {
        let state = state
        Thread {
            let found = work()
            state.value.withLock { value in
                value.found = found
                value.waiting?.resume(returning: found)
            }
        }.start()
    }

    /// What the work gave; to be asked for once.
    var value: Value {
        get async {
            await withCheckedContinuation { continuation in
                state.value.withLock { value in
                    if let found = value.found { continuation.resume(returning: found) } else { value.waiting = continuation }
                }
            }
        }
    }
}
