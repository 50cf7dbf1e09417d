import Foundation
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
        #expect(abs(controlled.rate - 50) < 2 * controlled.standardError + 1)
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

    @Test("style is counted as Markdown shows it")
    func style() {
        let style = AnswerStyle("# Head\n\n1. one **bold word**\n2) two __too__\n- three\n* four ** not **\n#hash\n3.14 is pi\n")
        #expect(style.headings == 1 && style.listItems == 4 && style.bold == 2)
    }
}
