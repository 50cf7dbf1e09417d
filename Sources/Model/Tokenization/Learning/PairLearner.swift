/// The words of a corpus as symbols, and how often each pair of neighbours occurs: merged pair by pair, the commonest first.
///
/// After a merge only the words that held the pair are looked at again.
struct PairLearner {
    private struct Word {
        let start: Int
        var length: Int
        let count: Int
    }

    private struct Candidate {
        let count: Int
        let pair: UInt64

        /// The commoner pair first, among equals the lower one.
        func precedes(_ other: Candidate) -> Bool { (other.count, pair) < (count, other.pair) }
    }

    private let firstByte: Int32
    private var words: [Word] = []
    private var symbols: [Int32] = []
    private var indexOfPair: [UInt64: Int] = [:]
    private var countOfPair: [Int] = []
    private var wordsOfPair: [[Int32]] = []
    private var heap: [Candidate] = []
    private var touched: Set<UInt64> = []

    init(firstByte: Int) { self.firstByte = Int32(firstByte) }

    mutating func add(_ word: ArraySlice<UInt8>, count: Int) {
        guard word.count > 1 else { return }
        words.append(Word(start: symbols.count, length: word.count, count: count))
        for byte in word { symbols.append(firstByte + Int32(byte)) }
    }

    /// Counts the pairs of all words.
    mutating func prepare() {
        for index in words.indices { count(index, sign: 1, newSymbol: nil) }
        heap = indexOfPair.map { Candidate(count: countOfPair[$1], pair: $0) }
        for at in stride(from: heap.count / 2 - 1, through: 0, by: -1) { sink(at) }
    }

    /// The commonest pair, if one occurs at least twice.
    mutating func best() -> (Int32, Int32)? {
        while let top = heap.first {
            let current = indexOfPair[top.pair].map { countOfPair[$0] } ?? 0
            if current == top.count {
                guard current >= 2 else { return nil }
                return (Int32(truncatingIfNeeded: top.pair >> 32), Int32(truncatingIfNeeded: top.pair))
            }
            // The count has sunk since the entry was made; counts that rose have an entry of their own.
            if current > 0, current < top.count { heap[0] = Candidate(count: current, pair: top.pair) } else { removeTop() }
            sink(0)
        }
        return nil
    }

    /// Never offers the pair again.
    mutating func forget(_ left: Int32, _ right: Int32) { indexOfPair[Self.pair(left, right)] = nil }

    mutating func merge(_ left: Int32, _ right: Int32, into result: Int32) {
        guard let index = indexOfPair[Self.pair(left, right)] else { return }
        let affected = wordsOfPair[index]
        wordsOfPair[index] = []
        touched.removeAll(keepingCapacity: true)
        for word in affected { rewrite(Int(word), left, right, result) }
        for pair in touched {
            guard let index = indexOfPair[pair], countOfPair[index] > 0 else { continue }
            heap.append(Candidate(count: countOfPair[index], pair: pair))
            rise(heap.count - 1)
        }
    }

    private mutating func rewrite(_ index: Int, _ left: Int32, _ right: Int32, _ result: Int32) {
        let word = words[index]
        var at = word.start
        let end = word.start + word.length
        while at + 1 < end, symbols[at] != left || symbols[at + 1] != right { at += 1 }
        // A word can stand in the list twice, or have lost the pair to another merge.
        guard at + 1 < end else { return }
        count(index, sign: -1, newSymbol: nil)
        var kept = at
        while at < end {
            if at + 1 < end, symbols[at] == left, symbols[at + 1] == right {
                symbols[kept] = result
                at += 2
            } else {
                symbols[kept] = symbols[at]
                at += 1
            }
            kept += 1
        }
        words[index].length = kept - word.start
        count(index, sign: 1, newSymbol: result)
    }

    /// Adds a word's pairs to the counts, or takes them away; notes the word at pairs that are new to it.
    private mutating func count(_ index: Int, sign: Int, newSymbol: Int32?) {
        let word = words[index]
        guard word.length > 1 else { return }
        for at in word.start..<word.start + word.length - 1 {
            let (left, right) = (symbols[at], symbols[at + 1])
            let pair = Self.pair(left, right)
            var place = indexOfPair[pair]
            if place == nil {
                // A forgotten pair comes back with words that still hold it, and is counted down only as far as it was counted up.
                guard sign > 0 else { continue }
                place = countOfPair.count
                indexOfPair[pair] = place
                countOfPair.append(0)
                wordsOfPair.append([])
            }
            guard let place else { continue }
            countOfPair[place] += sign * word.count
            guard sign > 0, newSymbol.map({ left == $0 || right == $0 }) ?? true else { continue }
            if newSymbol != nil { touched.insert(pair) }
            if wordsOfPair[place].last != Int32(index) { wordsOfPair[place].append(Int32(index)) }
        }
    }

    private static func pair(_ left: Int32, _ right: Int32) -> UInt64 {
        UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    }

    private mutating func removeTop() {
        guard let last = heap.popLast() else { return }
        if !heap.isEmpty { heap[0] = last }
    }

    private mutating func rise(_ index: Int) {
        var at = index
        while at > 0, heap[at].precedes(heap[(at - 1) / 2]) {
            heap.swapAt(at, (at - 1) / 2)
            at = (at - 1) / 2
        }
    }

    private mutating func sink(_ index: Int) {
        var at = index
        while true {
            var child = 2 * at + 1
            guard child < heap.count else { return }
            if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
            guard heap[child].precedes(heap[at]) else { return }
            heap.swapAt(at, child)
            at = child
        }
    }
}
