import Ground
import Records

/// The items of a stage between their reading and their place in the output, in input order.
struct StageWindow<Item: StageItem> {
    typealias Entry = StageFeed<Item>.Entry

    /// An item that has been started and waits for its turn to be written.
    struct Place {
        let entry: Entry
        var result: Result<StageYield, any Error>?

        var place: SourcePlace { entry.item.place }
        var position: Int { entry.item.position }
        var prefix: UInt64 { entry.prefix }
        var number: Int { entry.number }
        /// What `--rejects` receives where the work on the item failed.
        var rejectObject: JSONObject { if case .item(let content) = entry.item.content { content.rejectObject } else { JSONObject() } }
    }

    private var queue: [Entry] = []
    private var head = 0
    private var places: [Place] = []
    private var bytes = 0
    /// The number of the next item to be written.
    private(set) var written = 0
    private(set) var working = 0

    private let concurrency: Int
    /// Bytes of items that are worked on together; 0 for one at a time.
    private let batchBytes: Int
    /// Bytes of items beyond which nothing more is started.
    private let mostBytes: Int

    init(concurrency: Int, batchBytes: Int = 0, mostBytes: Int = 64 << 20) {
        self.concurrency = concurrency
        self.batchBytes = batchBytes
        self.mostBytes = mostBytes
    }

    var isQueueEmpty: Bool { head == queue.count }
    var isEmpty: Bool { isQueueEmpty && places.isEmpty }

    mutating func enqueue(_ entries: [Entry]) {
        if isQueueEmpty {
            queue = entries
            head = 0
        } else {
            queue.append(contentsOf: entries)
        }
    }

    /// Forgets what has not been started.
    mutating func clearQueue() {
        queue = []
        head = 0
    }

    /// The next items to start together, if there is room for them, with the number under which the first one's result is awaited.
    ///
    /// Room is also bounded by what is finished and waits for a slow item before it.
    mutating func startNext() -> (number: Int, entries: [Entry])? {
        guard !isQueueEmpty, working < concurrency, batchBytes > 0 || places.count < 4 * concurrency else { return nil }
        let number = written + places.count
        var entries: [Entry] = []
        var size = 0
        while !isQueueEmpty {
            let entry = queue[head]
            let more = size + entry.item.byteCount
            guard places.isEmpty || bytes + entry.item.byteCount <= mostBytes, entries.isEmpty || more <= batchBytes else { break }
            head += 1
            places.append(Place(entry: entry))
            entries.append(entry)
            bytes += entry.item.byteCount
            size = more
        }
        if isQueueEmpty { clearQueue() }
        guard !entries.isEmpty else { return nil }
        working += 1
        return (number, entries)
    }

    /// Takes in the results of items that were started together.
    mutating func finish(_ number: Int, _ results: [Result<StageYield, any Error>]) {
        working -= 1
        for (offset, result) in results.enumerated() { places[number - written + offset].result = result }
    }

    /// The items at the front that are finished, taken out, in input order.
    mutating func takeFinished() -> [Place] {
        let count = places.firstIndex { $0.result == nil } ?? places.count
        guard count > 0 else { return [] }
        let finished = Array(places[..<count])
        places.removeFirst(count)
        written += count
        for place in finished { bytes -= place.entry.item.byteCount }
        return finished
    }
}
