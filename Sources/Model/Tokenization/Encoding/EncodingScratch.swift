import Foundation
import Synchronization

/// What one thread needs to encode, kept for its next text: words it has seen, and room for the one at hand.
struct EncodingScratch: Sendable {
    var workspace = BytePairModel.Workspace()
    var cache = WordCache()
    /// Tokens on their way to the output, which takes them by the thousand.
    var tokens = [Int32](repeating: 0, count: 4096)

    /// Scratches that nobody uses at the moment.
    ///
    /// A thread gets back the one that it used before: a cache of a megabyte that wandered between cores would be fetched anew each time.
    final class Pool: Sendable {
        private struct Idle: Sendable {
            var thread: Int
            var scratch: EncodingScratch
        }

        private let idle = Mutex<[Idle]>([])
        private static let most = 64

        /// The scratch of this thread, or a new one.
        func take() -> EncodingScratch {
            let thread = Self.thread
            return idle.withLock { idle in
                guard let index = idle.firstIndex(where: { $0.thread == thread }) else { return nil }
                idle.swapAt(index, idle.count - 1)
                return idle.popLast()?.scratch
            } ?? EncodingScratch()
        }

        /// Keeps a scratch for this thread; where many threads have come and gone, the place of one of them.
        func give(_ scratch: EncodingScratch) {
            let thread = Self.thread
            idle.withLock { idle in
                if idle.count == Self.most { idle.removeFirst() }
                idle.append(Idle(thread: thread, scratch: scratch))
            }
        }

        private static var thread: Int { pthread_self().hashValue }
    }
}
