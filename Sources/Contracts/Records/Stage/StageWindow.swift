/// The items of a stage between their reading and their place in the output, in input order.
struct StageWindow<Item: StageItem> {
    typealias Entry = StageFeed<Item>.Entry

    /// An item that has been started and waits for its turn to be written.
    struct Place {
        var place: SourcePlace
        var position: Int
        var prefix: UInt64
        var byteCount: Int
        var rejectObject: JSONObject
        var result: Result<[Outcome], any Error>?
    }

    private var queue: [Entry] = []
    private var head = 0
    private var places: [Place] = []
    private var bytes = 0
    /// The number of the next item to be written.
    private(set) var written = 0
    private(set) var working = 0

    private let concurrency: Int
    /// Bytes of items beyond which nothing more is started.
    private let mostBytes: Int

    init(concurrency: Int, mostBytes: Int = 64 << 20) {
        self.concurrency = concurrency
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

    /// The next item to start, if there is room for it, with the number under which its result is awaited.
    ///
    /// Room is also bounded by what is finished and waits for a slow item before it.
    mutating func startNext() -> (number: Int, item: SourceItem<Item>)? {
        guard !isQueueEmpty, working < concurrency, places.count < 4 * concurrency else { return nil }
        let entry = queue[head]
        guard places.isEmpty || bytes + entry.item.byteCount <= mostBytes else { return nil }
        head += 1
        if isQueueEmpty { clearQueue() }
        var rejectObject = JSONObject()
        if case .item(let content) = entry.item.content { rejectObject = content.rejectObject }
        places.append(
            Place(
                place: entry.item.place, position: entry.item.position, prefix: entry.prefix, byteCount: entry.item.byteCount,
                rejectObject: rejectObject))
        bytes += entry.item.byteCount
        working += 1
        return (written + places.count - 1, entry.item)
    }

    /// Takes in the result of an item that was started.
    mutating func finish(_ number: Int, _ result: Result<[Outcome], any Error>) {
        working -= 1
        places[number - written].result = result
    }

    /// The items at the front that are finished, taken out, in input order.
    mutating func takeFinished() -> [Place] {
        let count = places.firstIndex { $0.result == nil } ?? places.count
        guard count > 0 else { return [] }
        let finished = Array(places[..<count])
        places.removeFirst(count)
        written += count
        for place in finished { bytes -= place.byteCount }
        return finished
    }
}
