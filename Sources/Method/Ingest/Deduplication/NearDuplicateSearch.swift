import Foundation
import Ground
import Records
import Stages
import Synchronization

/// Near-duplicates as a stage finds them: it sees the keys of all passages, and says then which go.
///
/// Of equal passages, and of each group of nearly equal ones, that with the smallest identifier stays. An identifier is a hash of address,
/// heading and text, so that the choice depends neither on who came first nor on how many machines looked: `DuplicateJoin` and any
/// other program that compares identifiers choose the same. Memory: see `NearDuplicates`, 60 bytes a passage to know equal ones and 20 for
/// its identifier and place.
final class NearDuplicateSearch: Sendable {
    fileprivate struct State {
        var index: NearDuplicates
        /// The place in the index of each text.
        var exact: [ExactDeduplicator.Key: Int32] = [:]
        /// For each kept record the place of its text.
        var places: [Int32] = []
        /// For each place the smallest identifier among the records of this text, and the number of the record.
        var names: [PassageName] = []
        var owners: [Int32] = []
        /// For each place that of its group whose name is the smallest, once all have been seen.
        var leaders: [Int] = []
    }

    private let index: NearDuplicates
    private let clusterFile: String?
    fileprivate let state: Mutex<State>

    /// The groups are written to `clusterFile`, one JSON record a group.
    init(_ method: MinHash, clusterFile: String?) {
        index = NearDuplicates(method)
        self.clusterFile = clusterFile
        state = Mutex(State(index: index))
    }

    /// The keys of the passages that a page gave, for `deferral`; made on any thread.
    func marks(of outcomes: [Outcome]) -> [UInt64] {
        var marks: [UInt64] = []
        for case .kept(let records) in outcomes {
            for record in records { marks += DuplicateKeys(of: record["text"]?.string ?? "", index).marks }
        }
        return marks
    }

    /// The search as the runner of stages takes it.
    var deferral: Deferral {
        Deferral(
            see: { yield in self.state.withLock { $0.see(yield, bands: self.index.bands) } },
            close: {
                let groups = self.state.withLock { state -> [[String]] in
                    state.lead()
                    return self.clusterFile == nil ? [] : state.groups()
                }
                if let file = self.clusterFile { try Self.write(groups, to: file) }
            }, rejection: { number in self.state.withLock { $0.rejection(number) } })
    }

    private static func write(_ groups: [[String]], to file: String) throws {
        var lines = ""
        for group in groups {
            let record: JSONObject = [
                "kept": .string(group[0]), "dropped": .array(group.dropFirst().map(JSONValue.string)), "size": .integer(group.count),
            ]
            lines += record.serialized + "\n"
        }
        try AtomicFile.write(lines, to: file)
    }
}

extension NearDuplicateSearch.State {
    mutating func see(_ yield: StageYield, bands: Int) {
        var at = 0
        for case .kept(let records) in yield.outcomes {
            for record in records {
                let key = ExactDeduplicator.Key(yield.marks[at], yield.marks[at + 1])
                let (name, number) = (PassageName(record["id"]?.string ?? ""), Int32(places.count))
                if let place = exact[key] {
                    places.append(place)
                    if name < names[Int(place)] { (names[Int(place)], owners[Int(place)]) = (name, number) }
                } else {
                    exact[key] = Int32(names.count)
                    places.append(Int32(names.count))
                    index.add(yield.marks[at + 2..<at + 2 + bands])
                    names.append(name)
                    owners.append(number)
                }
                at += 2 + bands
            }
        }
    }

    /// Finds of each group the place whose name is the smallest.
    mutating func lead() {
        let earliest = index.groups()
        var best = Array(earliest.indices)
        for (place, first) in earliest.enumerated() where (names[place], place) < (names[best[first]], best[first]) { best[first] = place }
        leaders = earliest.map { best[$0] }
    }

    func rejection(_ number: Int) -> Rejection? {
        let place = Int(places[number])
        guard owners[place] == number else { return Rejection("duplicate") }
        return leaders[place] == place ? nil : Rejection("near_duplicate", value: .string(names[leaders[place]].text))
    }

    /// The groups of two and more: the passage that stays, and the others in the order in which their texts came.
    func groups() -> [[String]] {
        var groups: [Int: [Int]] = [:]
        for (place, leader) in leaders.enumerated() where place != leader { groups[leader, default: [leader]].append(place) }
        return groups.values.sorted { ($0.min() ?? 0) < ($1.min() ?? 0) }.map { $0.map { names[$0].text } }
    }
}

/// What a passage is compared by: the hash of its letters and digits, and the keys of its bands, made of the same, so that equal passages
/// have equal keys.
struct DuplicateKeys {
    var exact: ExactDeduplicator.Key
    var bands: [UInt64]

    /// Without an index for exact duplicates alone.
    init(of text: String, _ index: NearDuplicates?) {
        let words = ExactDeduplicator.normalised(text)
        exact = ExactDeduplicator.Key(normalised: words)
        bands = index?.keys(of: String(decoding: words, as: UTF8.self)) ?? []
    }

    var marks: [UInt64] { exact.marks + bands }
}

/// The 24 hexadecimal digits of a passage's identifier in twelve bytes.
struct PassageName: Comparable {
    let one: UInt32
    let two: UInt32
    let three: UInt32

    init(_ one: UInt32, _ two: UInt32, _ three: UInt32) { (self.one, self.two, self.three) = (one, two, three) }

    init(_ text: String) {
        var words: [UInt32] = [0, 0, 0]
        for (index, byte) in text.utf8.prefix(24).enumerated() {
            words[index / 8] = words[index / 8] << 4 | UInt32(byte < 58 ? byte & 15 : (byte & 15) + 9)
        }
        (one, two, three) = (words[0], words[1], words[2])
    }

    static func < (name: PassageName, other: PassageName) -> Bool {
        (name.one, name.two, name.three) < (other.one, other.two, other.three)
    }

    var text: String { [one, two, three].map { hexadecimal(UInt64($0), digits: 8) }.joined() }
}
