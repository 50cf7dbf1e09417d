import Ground
import Synchronization

/// How many pairs say what an earlier one says, instruction and output.
///
/// Texts are the same where their words are: white space and letter case do not count. Memory: about 16 bytes for each pair that is none.
public final class PairTwins: Sendable {
    private let state = Mutex<(seen: Set<UInt64>, all: Int)>(([], 0))

    public init() {}

    /// Takes up a pair.
    public func add(instruction: String, output: String) {
        let key = stableHash64(RecordID.make(Self.words(instruction), Self.words(output)))
        state.withLock { state in
            state.seen.insert(key)
            state.all += 1
        }
    }

    /// Takes up the pair of a record; one of another kind is passed over.
    public func add(_ record: JSONObject) {
        if let instruction = record["instruction"]?.string, let output = record["output"]?.string {
            add(instruction: instruction, output: output)
        }
    }

    /// How many pairs came, and how many of them are twins of earlier ones.
    public var counts: (all: Int, twins: Int) { state.withLock { ($0.all, $0.all - $0.seen.count) } }

    /// What a person is told, in one line, with what to do; nil where there is none.
    public func sentence(advice: String) -> String? {
        let (all, twins) = counts
        guard twins > 0 else { return nil }
        let share = "\(Figures.grouped(twins)) of \(Figures.grouped(all)) pairs"
        return "\(share) \(twins == 1 ? "says" : "say") what an earlier one says, instruction and output: \(advice)"
    }

    /// The words of a text, by which it is compared.
    public static func words(_ text: String) -> String { text.lowercased().singleSpaced }
}
