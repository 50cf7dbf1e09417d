import Records
import Testing

@testable import Augment

struct EchoGuardTests {
    private let passage = """
        Some rap albums that were released in 2022 are Mr. Morale and Her Loss. Bees dance to tell their sisters where the flowers are. \
        What do bees see in the dark of the hive at night? Nobody knows.
        """

    @Test("a sentence of the passage is an echo, and so is a statement of hardly any words but the passage's")
    func echoes() {
        func found(_ text: String) -> Rejection? { EchoGuard.rejection(of: WrittenInstruction(text, about: passage)) }
        func echo(_ share: Double, _ threshold: Double) -> Rejection {
            Rejection("instruction_echo", value: .double(share), threshold: .double(threshold))
        }
        #expect(found("Bees dance to tell their sisters where the flowers are.") == echo(1, 0.8))
        #expect(found("Bees dance to tell their sisters where the flowers are, today at noon") == nil)
        #expect(found("Bees dance to tell their sisters where the flowers are, not always") == echo(0.833, 0.8))
        #expect(found("Bees tell their sisters where the flowers are in the dark.") == echo(1, 0.9))
        #expect(found("Bees tell their sisters where the flowers are in the garden.") == echo(0.909, 0.9))
        #expect(found("Bees tell their sisters where all flowers are in the garden.") == nil)
    }

    @Test("a copy of which a word or two of twenty are missing, added or changed is an echo; one that differs more, or is short, is none")
    func nearly() {
        let passage = """
            Photographs are fun. You can use personal photography projects to experiment with different photography trends or to set exciting \
            new trends of your own. Begin at home.
            """
        func found(_ text: String) -> Rejection? { EchoGuard.rejection(of: WrittenInstruction(text, about: passage)) }
        let said =
            "You can use personal photography projects to experiment with different photography trends or set exciting new trends of "
            + "your own"
        func echo(_ share: Double) -> Rejection { Rejection("instruction_echo", value: .double(share), threshold: .double(0.9)) }
        #expect(found(said) == echo(0.95))
        #expect(found(said.replacing("exciting", with: "thrilling")) == echo(0.9))
        #expect(found(said.replacing("exciting new", with: "thrilling great")) == nil)
        #expect(found("Explain how " + said) == nil)
        #expect(found("Use personal photography projects to try different photography trends") == nil)
        #expect(found(said + "?") == nil)
    }

    @Test("a long copy of the passage behind a question or a first line makes an echo of the whole, a short one does not")
    func following() {
        func found(_ text: String) -> String? { EchoGuard.rejection(of: WrittenInstruction(text, about: passage))?.reason }
        let copy = "Some rap albums that were released in 2022 are Mr. Morale and Her Loss. Bees dance to tell their sisters."
        #expect(found("Which albums are there? \(copy)") == "instruction_echo")
        #expect(found("Write this in other words:\n\(copy)") == "instruction_echo")
        #expect(found("Which albums are there? Some rap albums that were released in 2022") == nil)
        let more = "Tell me of twenty, each with its year, its label and three of its songs, in a table."
        #expect(found("Which albums are there? \(more)") == nil)
    }

    @Test(
        "a question in the passage's words, an instruction behind its verb, and a name pass",
        arguments: [
            "What do bees see in the dark of the hive at night?", "Name some rap albums that were released in 2022.",
            "Mr. Morale and Her Loss", "Explain why bees dance to tell their sisters where the flowers are.",
            "Classify these as bees or flowers: bees, dance, sisters, the flowers, the hive, the dark.",
        ])
    func passes(said: String) { #expect(EchoGuard.rejection(of: WrittenInstruction(said, about: passage)) == nil) }

    @Test("a Chinese sentence of the passage is an echo, a question is none")
    func chinese() {
        let text = "水坝是横跨河流的一道墙，它把水拦住。"
        #expect(EchoGuard.rejection(of: WrittenInstruction("水坝是横跨河流的一道墙。", about: text))?.reason == "instruction_echo")
        #expect(EchoGuard.rejection(of: WrittenInstruction("什么是横跨河流的一道墙？", about: text)) == nil)
    }
}
