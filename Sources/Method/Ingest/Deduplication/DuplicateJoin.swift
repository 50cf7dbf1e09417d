import Ground
import Records
import Stages

/// Duplicates among the passages of all shards, found from their signatures: the same ones that one machine finds.
///
/// Keys go to buckets on disk by their first bits, and each bucket is then gone through by itself, so that memory is bounded: 8 bytes a
/// passage for what belongs together, 64 MiB for a bucket, 64 KiB for the end of each, and what groups of two and more have for names.
/// Disk: 12 bytes a passage and key, in a temporary file a bucket. At most 2^31 passages.
final class DuplicateJoin {
    private let outputs: [String]
    private let method: MinHash?
    private var equal = Groups()
    private var alike = Groups()
    /// By the first place of each set of equal passages, or group, the one that stays.
    private var ownerOfEqual: [Int32: (name: PassageName, place: Int32)] = [:]
    private var leaderOfAlike: [Int32: (name: PassageName, place: Int32)] = [:]

    /// Without a method, exact duplicates alone: of these the earliest stays, as one machine writes it before it has seen the others.
    init(outputs: [String], _ method: MinHash?, bucketBytes: Int = 64 << 20) throws {
        self.outputs = outputs
        self.method = method
        var count = 0
        try forEach { _, _ in count += 1 }
        precondition(count < Int(Int32.max), "more passages than places have numbers")
        (equal, alike) = (Groups(count: count), Groups(count: method == nil ? 0 : count))
        try join(count: count, bucketBytes: bucketBytes)
        try choose()
    }

    /// Why the record with this number among all goes, nil where it stays.
    func rejection(_ number: Int) -> Rejection? {
        let place = Int32(number)
        if let owner = ownerOfEqual[equal.root(place)], owner.place != place { return Rejection("duplicate") }
        guard method != nil, let leader = leaderOfAlike[alike.root(place)], leader.place != place else { return nil }
        return Rejection("near_duplicate", value: .string(leader.name.text))
    }

    /// Goes through all signatures in the order of one machine.
    private func forEach(_ body: (Int32, DuplicateSignatures.Signature) throws -> Void) throws {
        let keys = 2 + (method?.bands ?? 0)
        var files = try outputs.map { try DuplicateSignatures(beside: $0, keys: keys) }
        var place: Int32 = 0
        while true {
            var least: Int?
            for number in files.indices {
                guard let next = files[number].next else { continue }
                if let other = least.flatMap({ files[$0].next }), (other.item, other.part) <= (next.item, next.part) { continue }
                least = number
            }
            guard let least, let next = files[least].next else { return }
            try body(place, next)
            place += 1
            try files[least].advance()
        }
    }

    private func join(count: Int, bucketBytes: Int) throws {
        let kinds = method == nil ? 1 : 2
        let total = count * 12 * (1 + (method?.bands ?? 0))
        let wanted = max(1, min(256, (total + bucketBytes - 1) / bucketBytes))
        // Equal texts have buckets of their own, since their keys join another kind of group.
        let buckets = try (0..<wanted * kinds).map { _ in try Bucket() }
        try forEach { place, signature in
            // Of the 128 bits of a text 64 are compared here; that two texts of a thousand million share them has a chance of one in forty.
            let text = signature.keys[0]
            try buckets[Self.bucket(text, wanted)].append(text, place)
            for key in signature.keys.dropFirst(2) { try buckets[wanted + Self.bucket(key, wanted)].append(key, place) }
        }
        for (number, bucket) in buckets.enumerated() {
            try Task.checkCancellation()
            try bucket.forEachPair { one, other in
                if number < wanted { equal.join(one, other) }
                if method != nil { alike.join(one, other) }
            }
        }
    }

    private static func bucket(_ key: UInt64, _ count: Int) -> Int { Int(key.multipliedFullWidth(by: UInt64(count)).high) }

    private func choose() throws {
        try forEach { place, signature in
            let name = method == nil ? PassageName(0, 0, 0) : signature.name
            func offer(to best: inout [Int32: (name: PassageName, place: Int32)], _ root: Int32) {
                if let other = best[root], (other.name, other.place) <= (name, place) { return }
                best[root] = (name, place)
            }
            if equal.isShared(place) { offer(to: &ownerOfEqual, equal.root(place)) }
            if method != nil, alike.isShared(place) { offer(to: &leaderOfAlike, alike.root(place)) }
        }
    }

    /// Numbers that belong together, each set known by its smallest.
    private struct Groups {
        private var parents: [Int32] = []
        private var shared: [Bool] = []

        init(count: Int = 0) {
            parents = (0..<count).map { Int32($0) }
            shared = Array(repeating: false, count: count)
        }

        mutating func join(_ one: Int32, _ other: Int32) {
            let (first, second) = (find(one), find(other))
            if first < second { parents[Int(second)] = first } else if second < first { parents[Int(first)] = second }
            if first != second { shared[Int(min(first, second))] = true }
        }

        private mutating func find(_ index: Int32) -> Int32 {
            var index = index
            while parents[Int(index)] != index {
                parents[Int(index)] = parents[Int(parents[Int(index)])]
                index = parents[Int(index)]
            }
            return index
        }

        func root(_ index: Int32) -> Int32 {
            var index = index
            while parents[Int(index)] != index { index = parents[Int(index)] }
            return index
        }

        func isShared(_ index: Int32) -> Bool { shared[Int(root(index))] }
    }

    /// Keys with the places that have them, in a file without a name once there are many.
    private final class Bucket {
        private let file: Descriptor
        private var tail: [UInt8] = []
        private var length = 0

        init() throws { file = try Descriptor.temporary() }

        func append(_ key: UInt64, _ place: Int32) throws {
            for shift in 0..<8 { tail.append(UInt8(truncatingIfNeeded: key >> UInt64(8 * shift))) }
            for shift in 0..<4 { tail.append(UInt8(truncatingIfNeeded: place >> Int32(8 * shift))) }
            if tail.count >= 1 << 16 { try put() }
        }

        private func put() throws {
            let full = tail
            tail = []
            try file.write(full.span, written: length)
            length += full.count
        }

        /// Each place with the first one that has the same key.
        func forEachPair(_ body: (Int32, Int32) -> Void) throws {
            try put()
            try file.rewind()
            var bytes = [UInt8](repeating: 0, count: length)
            var end = 0
            while end < length {
                let got = try file.read(into: &bytes, from: end, offset: end)
                if got == 0 { break }
                end += got
            }
            let count = end / 12
            var capacity = 16
            while capacity < 2 * count { capacity *= 2 }
            var table = [Int32](repeating: -1, count: capacity)
            func key(_ index: Int) -> UInt64 { (0..<8).reduce(0) { $0 | UInt64(bytes[12 * index + $1]) << UInt64(8 * $1) } }
            func place(_ index: Int) -> Int32 {
                (0..<4).reduce(0) { $0 | Int32(truncatingIfNeeded: UInt32(bytes[12 * index + 8 + $1]) << UInt32(8 * $1)) }
            }
            for index in 0..<count {
                let own = key(index)
                var slot = Int(truncatingIfNeeded: own) & (capacity - 1)
                while table[slot] >= 0, key(Int(table[slot])) != own { slot = (slot + 1) & (capacity - 1) }
                if table[slot] < 0 { table[slot] = Int32(index) } else { body(place(Int(table[slot])), place(index)) }
            }
        }
    }
}
