import Foundation
import Synchronization

/// A source read on a thread of its own, since reading blocks, and handed over in batches to a task.
///
/// Bounded in items and in bytes: the thread waits when the stage is behind.
final class StageFeed<Item: StageItem>: Sendable {
    /// An object, as an item of many fields would be copied from queue to queue.
    final class Entry: Sendable {
        let item: SourceItem<Item>
        /// The fingerprint of all items up to this one.
        let prefix: UInt64
        /// Its number in the whole input, from 0.
        let number: Int

        init(item: SourceItem<Item>, prefix: UInt64, number: Int) {
            self.item = item
            self.prefix = prefix
            self.number = number
        }
    }

    enum Message: Sendable {
        case opened(StageOutlook)
        case entries([Entry])
        case ended
        case failed(any Error)
    }

    private struct State {
        var outlook: StageOutlook?
        var whole: ShardWhole?
        var entries: [Entry] = []
        var bytes = 0
        var end: Message?
        var isClosed = false
        var isReaderWaiting = false
        var taker: CheckedContinuation<Message, Never>?
    }

    private enum Answer { case taken, wait, closed }

    private let state = Mutex(State())
    private let room = DispatchSemaphore(value: 0)
    private let mostEntries: Int
    private let mostBytes: Int

    private init(mostEntries: Int, mostBytes: Int) {
        self.mostEntries = mostEntries
        self.mostBytes = mostBytes
    }

    /// Starts the thread. `read` gets the feed, puts entries into it and returns at the source's end.
    static func start(
        mostEntries: Int, mostBytes: Int, _ read: @escaping @Sendable (StageFeed) throws -> Void
    ) -> StageFeed {
        let feed = StageFeed(mostEntries: mostEntries, mostBytes: mostBytes)
        let thread = Thread {
            do {
                try read(feed)
                feed.finish(.ended)
            } catch {
                feed.finish(.failed(error))
            }
        }
        thread.name = "humpback reader"
        thread.stackSize = 8 << 20
        thread.start()
        return feed
    }

    /// Says what is known of the whole input; once, before the first entry.
    func open(_ outlook: StageOutlook) {
        state.withLock {
            $0.outlook = outlook
            Self.serve(&$0)
        }
    }

    /// Says what the whole input was, once it has been read.
    func tell(_ whole: ShardWhole) { state.withLock { $0.whole = whole } }
    var whole: ShardWhole? { state.withLock { $0.whole } }

    /// Hands over entries, waiting for room; false when nobody wants any more.
    func put(_ entries: [Entry]) -> Bool {
        let size = entries.reduce(0) { $0 + $1.item.byteCount }
        while true {
            let answer = state.withLock { state -> Answer in
                if state.isClosed { return .closed }
                if !state.entries.isEmpty, state.entries.count >= mostEntries || state.bytes + size > mostBytes {
                    state.isReaderWaiting = true
                    return .wait
                }
                if state.entries.isEmpty { state.entries = entries } else { state.entries += entries }
                state.bytes += size
                Self.serve(&state)
                return .taken
            }
            switch answer {
            case .taken: return true
            case .closed: return false
            case .wait: room.wait()
            }
        }
    }

    /// The next message, waiting for it; `.ended` at once when the task is cancelled.
    func take() async -> Message {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWaking = state.withLock { state -> Bool in
                    state.taker = continuation
                    Self.serve(&state)
                    return Self.wakesReader(&state)
                }
                if isWaking { room.signal() }
            }
        } onCancel: {
            close()
        }
    }

    /// Ends the feed from the taker's side.
    func close() {
        let isWaking = state.withLock { state -> Bool in
            state.isClosed = true
            state.entries = []
            state.bytes = 0
            if state.end == nil { state.end = .ended }
            Self.serve(&state)
            return Self.wakesReader(&state)
        }
        if isWaking { room.signal() }
    }

    private func finish(_ end: Message) {
        state.withLock { state in
            if state.end == nil { state.end = end }
            Self.serve(&state)
        }
    }

    private static func wakesReader(_ state: inout State) -> Bool {
        guard state.isReaderWaiting, state.entries.isEmpty || state.isClosed else { return false }
        state.isReaderWaiting = false
        return true
    }

    /// Gives the waiting taker what there is.
    private static func serve(_ state: inout State) {
        guard let taker = state.taker else { return }
        if let outlook = state.outlook, !state.isClosed {
            state.outlook = nil
            state.taker = nil
            taker.resume(returning: .opened(outlook))
        } else if !state.entries.isEmpty {
            let entries = state.entries
            state.entries = []
            state.bytes = 0
            state.taker = nil
            taker.resume(returning: .entries(entries))
        } else if let end = state.end {
            state.taker = nil
            taker.resume(returning: end)
        }
    }
}

/// What is known of a whole input before it is read.
struct StageOutlook: Sendable {
    /// In bytes of input; nil for a pipe.
    var totalBytes: Int?
    /// The number of items, where a sample or a limit fixes it.
    var items: Int?
    /// The bytes of input that an earlier run had done with.
    var skippedBytes = 0
}
