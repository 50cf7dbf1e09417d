import Curate
import Foundation
import Ground
import Records
import Stages

extension Command {
    private static let labels = Option<String?>.file(
        "labels", "Where the verdicts go, a line each. FILE.labels.jsonl without it, beside the first FILE.")

    static let label = Command(
        "label", "Takes your verdicts on pairs, one key each.",
        operands: Operands(usage: "FILE...", count: 1...Int.max, completion: .file),
        discussion: """
            Shows pairs one after the other, in an order that knows nothing of their scores (by a hash, so that the first hundred are a fair \
            sample of all), and takes a key for each: y, you would train on it; n, you would not; s skips it, b goes back to the one before, q \
            ends. What does not fit the terminal comes with the space bar.

            Each verdict is on disk before the next pair is shown. The same command again goes on behind the last one, also after a crash. \
            Where standard input is no terminal, keys are read from it as they come.

            With --labels of `humpback curate --precision P` the verdicts set the least score, and with that of `humpback calibrate` they \
            say what scores are worth. 100 verdicts show nine tenths where nearly all of what passes is good; 300 are better.
            """,
        groups: [OptionGroup("Verdicts", labels, SharedOptions.limit, SharedOptions.seed)],
        cost: "The pairs in memory.",
        examples: [
            Example("judge pairs, rated or not", "humpback label rated.jsonl"),
            Example(
                "keep what is good to nine tenths",
                "humpback curate --precision 0.9 --labels pairs.jsonl.labels.jsonl pairs.jsonl -o curated.jsonl"),
        ]
    ) { arguments in
        if arguments.operands.contains("-") { throw UsageError.combination("standard input holds your keys; name files of pairs.") }
        let pairs = try shuffled(arguments.operands, seed: arguments[SharedOptions.seed])
        guard !pairs.isEmpty else {
            complain("humpback label: no pairs in \(arguments.operands.joined(separator: ", ")).")
            return .couldNotRun
        }
        let file = try LabelFile(arguments[labels] ?? arguments.operands[0] + ".labels.jsonl")
        let keys = KeyInput()
        // What was said is on disk; only the terminal must be left as it was.
        Interruption.divert(to: { [restore = keys.restoring] in
            restore()
            complain("")
            _exit(130)
        })
        defer { Interruption.divert(to: nil) }
        let shown = Array(pairs.prefix(arguments[SharedOptions.limit] ?? .max))
        let dialogue = LabelDialogue(
            pairs: shown, file: file, width: Terminal.width, lines: Terminal.inputIsTerminal ? max(10, Terminal.height - 6) : .max,
            key: keys.next, show: prompt)
        try dialogue.run()
        let said = shown.compactMap { file.labels[$0.id] }
        let (good, bad) = (said.count { $0 == true }, said.count { $0 == false })
        complain(
            "\(good + bad) verdicts: \(good) y, \(bad) n, \(said.count - good - bad) skipped, \(shown.count - said.count) pairs left; in \(file.path)"
        )
        return .done
    }

    /// To the person; standard output is for data.
    private static func prompt(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.safeForTerminal.utf8))
    }

    /// The pairs of the files, each id once, in an order by hash.
    private static func shuffled(_ files: [String], seed: UInt64) throws -> [Pair] {
        var seen: Set<String> = []
        var pairs: [(hash: UInt64, pair: Pair)] = []
        for record in try RecordSource.readAll(files) {
            let pair: Pair
            do {
                pair = try Pair(record.object)
            } catch RecordsError.wrongShape(let wanted, let found, _) {
                throw RecordsError.wrongShape(wanted: wanted, found: found, place: record.place)
            } catch is Rejection {
                continue
            }
            guard seen.insert(pair.id).inserted else { continue }
            pairs.append((stableHash64(pair.id, seed: SplitMix.finish(seed ^ 0x1ABE1)), pair))
        }
        return pairs.sorted { ($0.hash, $0.pair.id) < ($1.hash, $1.pair.id) }.map(\.pair)
    }
}
