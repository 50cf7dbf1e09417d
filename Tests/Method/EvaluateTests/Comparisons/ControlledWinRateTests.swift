import Foundation
import Stages
import TestSupport
import Testing

@testable import Evaluate

struct ControlledWinRateTests {
    private func text(_ length: Int) -> AnswerStyle { AnswerStyle(String(repeating: "x", count: length)) }

    @Test("a judge that only counts characters prefers nobody once length is held equal")
    func length() throws {
        // The second model writes longer answers, and of two the longer wins with a chance that rises with the difference.
        let comparisons = (0..<400).map { number -> (first: AnswerStyle, second: AnswerStyle, preference: Double) in
            let (one, other) = (200 + number % 40, 200 + (number * 7) % 90)
            let p = 1 / (1 + exp(-Double(other - one) / 20))
            return (text(one), text(other), 1 + p)
        }
        let raw = try #require(WinRate(comparisons.map(\.preference)))
        let controlled = try #require(ControlledWinRate(comparisons, control: .length))
        #expect(raw.rate > 65)
        // The ridge leaves some of it.
        #expect(abs(controlled.rate - 50) < 0.3 * (raw.rate - 50))
        #expect(controlled.effects.map(\.name) == ["length"] && controlled.effects[0].weight > 1)
    }

    @Test("what a better model wins beside its style is left")
    func better() throws {
        let comparisons = (0..<300).map { number -> (first: AnswerStyle, second: AnswerStyle, preference: Double) in
            let listed = AnswerStyle("- one\n- two\n- three"), plain = AnswerStyle("One, two and three.")
            // Two in three for the second, whichever has a list.
            return (number % 2 == 0 ? listed : plain, number % 2 == 0 ? plain : listed, number % 3 == 0 ? 1 : 2)
        }
        let controlled = try #require(ControlledWinRate(comparisons, control: .style))
        #expect(abs(controlled.rate - 200.0 / 3) < 1.5)
        #expect(ControlledWinRate(Array(comparisons.prefix(9)), control: .style) == nil)
    }

    @Test(
        "of the leaderboard's models the length-controlled rates are near those of AlpacaEval's own fit, which knows more",
        .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func leaderboard() throws {
        let folder = try #require(SharedData.directory).appending(path: "alpaca_eval")
        let board = folder.appending(path: "leaderboards/data_AlpacaEval_2/weighted_alpaca_eval_gpt4_turbo_leaderboard.csv")
        var wanted: [String: Double] = [:]
        for record in try RecordSource.readAll([board.path]) {
            // The column of names has no name of its own, and is the first cell of the line.
            guard let text = record.object["length_controlled_winrate"]?.string, let rate = Double(text) else { continue }
            wanted[record.object["win_rate"]?.string ?? ""] = rate
        }
        var all: [String: [(first: AnswerStyle, second: AnswerStyle, preference: Double)]] = [:]
        for record in try RecordSource.readAll([folder.appending(path: "preferences_all_models.tsv.gz").path]) {
            func field(_ name: String) -> String { record.object[name]?.string ?? "" }
            guard field("annotator") == "weighted_alpaca_eval_gpt4_turbo", let preference = Double(field("preference")),
                let one = Int(field("len_output_1")), let other = Int(field("len_output_2"))
            else { continue }
            all[field("model"), default: []].append((AnswerStyle(length: one), AnswerStyle(length: other), preference))
        }
        var differences: [Double] = []
        for comparisons in all.values {
            let raw = try #require(WinRate(comparisons.map(\.preference))).rate
            let near = wanted.first { Double($0.key).map { abs($0 - raw) < 1e-9 } ?? false }
            guard let near, let ours = ControlledWinRate(comparisons, control: .length) else { continue }
            differences.append(ours.rate - near.value)
        }
        #expect(differences.count > 50)
        let mean = differences.reduce(0) { $0 + abs($1) } / Double(differences.count)
        #expect(mean < 2, "\(mean)")
    }

    @Test("style is counted as Markdown shows it")
    func style() {
        let style = AnswerStyle("# Head\n\n1. one **bold word**\n2) two __too__\n- three\n* four ** not **\n#hash\n3.14 is pi\n")
        #expect(style.headings == 1 && style.listItems == 4 && style.bold == 2)
    }
}
