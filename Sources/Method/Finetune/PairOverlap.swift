import Records

/// Held-out pairs that training sees too: their loss says how well a model remembers, not how well it answers.
///
/// Texts are the same where their words are: white space and letter case do not count.
struct PairOverlap: Equatable {
    /// Held-out pairs whose instruction and output both stand among the training pairs, as a pair.
    private(set) var pairs = 0
    /// Others whose instruction stands there with another output.
    private(set) var instructions = 0
    private let all: Int

    init(heldOut: [Seed], seeds: [Seed], curated: [Pair]) {
        all = heldOut.count
        guard !heldOut.isEmpty else { return }
        var (seen, asked): (Set<String>, Set<String>) = ([], [])
        for (instruction, output) in seeds.map({ ($0.instruction, $0.output) }) + curated.map({ ($0.instruction, $0.output) }) {
            seen.insert(Self.key(instruction, output))
            asked.insert(Self.words(instruction))
        }
        for pair in heldOut {
            if seen.contains(Self.key(pair.instruction, pair.output)) {
                pairs += 1
            } else if asked.contains(Self.words(pair.instruction)) {
                instructions += 1
            }
        }
    }

    /// What a person is told; nil where no training pair is held out.
    var warning: String? {
        guard pairs > 0 else { return nil }
        let further = instructions > 0 ? ", and the instruction of \(instructions) more" : ""
        return
            "warning: \(pairs) of \(all) held-out pairs \(pairs == 1 ? "is a training pair" : "are training pairs") too\(further): the held-out loss "
            + "will be lower than on new pairs. Leave them out of one of the two files, or give --held-out a number."
    }

    /// How many seeds say what an earlier one says.
    static func repeated(_ seeds: [Seed]) -> Int { seeds.count - Set(seeds.map { key($0.instruction, $0.output) }).count }

    private static func key(_ instruction: String, _ output: String) -> String { RecordID.make(words(instruction), words(output)) }

    private static func words(_ text: String) -> String { PairTwins.words(text) }
}
