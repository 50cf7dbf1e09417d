import Records
import Testing

@Suite struct PairTwinsTests {
    @Test("a pair is a twin where instruction and output both have the words of an earlier one's")
    func counts() {
        let twins = PairTwins()
        #expect(twins.sentence(advice: "x") == nil)
        for (instruction, output) in [("Why?", "So."), ("why?", " So. "), ("Why?", "Not so."), ("How?", "So."), ("Why?", "So.")] {
            twins.add(["instruction": .string(instruction), "output": .string(output)])
        }
        twins.add(["text": "a passage"])
        #expect(twins.counts == (all: 5, twins: 2))
        #expect(twins.sentence(advice: "do.") == "2 of 5 pairs say what an earlier one says, instruction and output: do.")
    }
}
