import Dispatch
import Foundation
import Ground
import Synchronization

/// Ctrl-C in order: the first cancels the work, which ends at its last whole point; the second ends the process at once.
public enum Interruption {
    /// What Ctrl-C stops while a part of the work is all that it is meant for; nil where it is the whole.
    private static let part = Mutex<(@Sendable () -> Void)?>(nil)

    /// Lets Ctrl-C do something else than cancel the work, until it is given nil. SIGTERM still ends all of it.
    public static func divert(to action: (@Sendable () -> Void)?) { part.withLock { $0 = action } }

    /// Runs `body` in a task that SIGINT and SIGTERM cancel.
    public static func cancelling<Success: Sendable>(_ body: @escaping @Sendable () async throws -> Success) async throws -> Success {
        let task = Task { try await body() }
        let watchers = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let watcher = DispatchSource.makeSignalSource(signal: number, queue: .global())
            watcher.setEventHandler {
                if number == SIGINT, !task.isCancelled, let action = part.withLock({ $0 }) { return action() }
                if task.isCancelled { _exit(128 + number) }
                StandardStreams.say("\nending in order; once more to end at once\n")
                task.cancel()
            }
            watcher.resume()
            return (number, watcher)
        }
        defer {
            for (number, watcher) in watchers {
                watcher.cancel()
                signal(number, SIG_DFL)
            }
        }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
