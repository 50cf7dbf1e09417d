import Dispatch
import Foundation

/// Ctrl-C in order: the first cancels the work, which ends at its last whole point; the second ends the process at once.
public enum Interruption {
    /// Runs `body` in a task that SIGINT and SIGTERM cancel.
    public static func cancelling<Success: Sendable>(_ body: @escaping @Sendable () async throws -> Success) async throws -> Success {
        let task = Task { try await body() }
        let watchers = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let watcher = DispatchSource.makeSignalSource(signal: number, queue: .global())
            watcher.setEventHandler {
                if task.isCancelled { _exit(128 + number) }
                FileHandle.standardError.write(Data("\nending in order; once more to end at once\n".utf8))
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
