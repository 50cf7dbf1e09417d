import Foundation
import Ground
import Records
import Stages
import Synchronization

/// Near-duplicates as a stage finds them: it sees the keys of all passages in input order, and says then which go.
///
/// Memory: see `NearDuplicates`, 32 bytes a passage for `ExactDeduplicator` and 16 for its identifier and place.
final class NearDuplicateSearch: Sendable {
    fileprivate struct State {
        var index: NearDuplicates
        var exact = ExactDeduplicator()
        /// For each kept record its place in the index; -1 where its text was seen before.
        var places: [Int32] = []
        var names: [PassageName] = []
        /// For each place the earliest of its group, once all have been seen.
        var earliest: [Int] = []
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
            for record in records {
                let text = record["text"]?.string ?? ""
                marks += ExactDeduplicator.Key(of: text).marks
                marks += index.keys(of: text)
            }
        }
        return marks
    }

    /// The search as the runner of stages takes it.
    var deferral: Deferral {
        Deferral(
            see: { yield in self.state.withLock { $0.see(yield, bands: self.index.bands) } },
            close: {
                let groups = self.state.withLock { state -> [[String]] in
                    state.earliest = state.index.groups()
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
                let isFirst = exact.insert(ExactDeduplicator.Key(yield.marks[at], yield.marks[at + 1]))
                places.append(isFirst ? Int32(names.count) : -1)
                if isFirst {
                    index.add(yield.marks[at + 2..<at + 2 + bands])
                    names.append(PassageName(record["id"]?.string ?? ""))
                }
                at += 2 + bands
            }
        }
    }

    func rejection(_ number: Int) -> Rejection? {
        let place = Int(places[number])
        guard place >= 0 else { return Rejection("duplicate") }
        return earliest[place] == place ? nil : Rejection("near_duplicate", value: .string(names[earliest[place]].text))
    }

    /// The groups of two and more in the order of their earliest passages.
    func groups() -> [[String]] {
        var groups: [Int: [Int]] = [:]
        for (place, first) in earliest.enumerated() where place != first { groups[first, default: [first]].append(place) }
        return groups.sorted { $0.key < $1.key }.map { group in group.value.map { names[$0].text } }
    }
}

/// The 24 hexadecimal digits of a passage's identifier in twelve bytes.
private struct PassageName {
    private let one: UInt32
    private let two: UInt32
    private let three: UInt32

    init(_ text: String) {
        var words: [UInt32] = [0, 0, 0]
        for (index, byte) in text.utf8.prefix(24).enumerated() {
            words[index / 8] = words[index / 8] << 4 | UInt32(byte < 58 ? byte & 15 : (byte & 15) + 9)
        }
        (one, two, three) = (words[0], words[1], words[2])
    }

    var text: String { [one, two, three].map { hexadecimal(UInt64($0), digits: 8) }.joined() }
}
