import Evaluate
import Foundation

/// Shows a person two answers without saying whose they are, and takes one key for a verdict.
struct BlindDialogue {
    let names: [String]
    /// The next key; nil at the end of the input.
    let key: () -> Character?
    let show: (String) -> Void
    let save: (Verdict) throws -> Void

    /// Asks about pairs in their order until they or the person's patience end; how many got a verdict.
    func run(_ pairs: [AnswerPair]) throws -> Int {
        for (number, pair) in pairs.enumerated() {
            let shown = pair.isTurned ? [pair.second.output, pair.first.output] : [pair.first.output, pair.second.output]
            show(
                "\n\(rule) \(number + 1) of \(pairs.count)\n\(pair.instruction)\n\n--- a\n\(shown[0])\n\n--- b\n\(shown[1])\n\n"
                    + "Which is better? a, b, t (a tie), s (skip), q (quit): ")
            var verdict: Verdict?
            while verdict == nil {
                guard let pressed = key() else { return number }
                switch pressed.lowercased() {
                case "q":
                    show("\n")
                    return number
                case "a": verdict = self.verdict(on: pair, pair.isTurned ? 2 : 1)
                case "b": verdict = self.verdict(on: pair, pair.isTurned ? 1 : 2)
                case "t", "=": verdict = self.verdict(on: pair, 1.5)
                case "s": verdict = Verdict(pair, preference: nil, annotator: "person", names: names, reason: "skipped")
                case let other where other.allSatisfy(\.isWhitespace): continue
                default: show("a, b, t, s or q: ")
                }
            }
            if let verdict { try save(verdict) }
        }
        return pairs.count
    }

    private func verdict(on pair: AnswerPair, _ preference: Double) -> Verdict {
        Verdict(pair, preference: preference, annotator: "person", names: names)
    }

    private var rule: String { String(repeating: "=", count: 40) }
}

/// Keys of a terminal as they are pressed, without a line end; of anything else, its characters.
final class KeyInput {
    private var saved: termios?

    init() {
        guard Terminal.inputIsTerminal else { return }
        var settings = termios()
        guard tcgetattr(STDIN_FILENO, &settings) == 0 else { return }
        saved = settings
        settings.c_lflag &= ~tcflag_t(ICANON)
        tcsetattr(STDIN_FILENO, TCSANOW, &settings)
    }

    /// Puts the terminal back as it was, for whoever ends the process from elsewhere.
    var restoring: @Sendable () -> Void { { [saved] in if var saved { tcsetattr(STDIN_FILENO, TCSANOW, &saved) } } }

    deinit { if var saved { tcsetattr(STDIN_FILENO, TCSANOW, &saved) } }

    /// The next ASCII key; nil at the end of the input.
    func next() -> Character? {
        while true {
            var byte: UInt8 = 0
            let count = read(STDIN_FILENO, &byte, 1)
            if count == 1 { return byte < 0x80 ? Character(UnicodeScalar(byte)) : " " }
            if count == 0 || errno != EINTR { return nil }
        }
    }
}
