import Ground
import Records
import Testing

@testable import Curate

@Suite struct PairChoiceTests {
    private typealias Candidate = PairChoice.Candidate

    private func candidate(
        _ id: Int, _ value: Double?, tokens: Int = 10, passage: String? = nil, domain: String? = nil, instruction: String = ""
    ) -> Candidate {
        Candidate(
            hash: stableHash64("p\(id)"), values: value.map { [$0] }, tokens: tokens, passage: passage, domain: domain,
            instruction: instruction)
    }

    private func kept(_ choice: PairChoice, _ candidates: [Candidate]) -> [Int] {
        choice.decisions(candidates).enumerated().filter { $0.element == nil }.map(\.offset)
    }

    @Test("the best share passes, and what it refuses says its value and the last one that passed")
    func fraction() {
        let candidates = [3, 1, 5, 2, 4].enumerated().map { candidate($0.offset, Double($0.element)) }
        let decisions = PairChoice(budget: .fraction(0.5)).decisions(candidates)
        #expect(decisions.map { $0 == nil } == [true, false, true, false, true])
        #expect(decisions[1] == Rejection("below_top_fraction", value: .double(1), threshold: .double(3)))
    }

    @Test("a budget of tokens ends with the first pair that does not fit")
    func tokens() {
        let candidates = [(5.0, 30), (4, 50), (3, 40), (2, 10)].enumerated().map {
            candidate($0.offset, $0.element.0, tokens: $0.element.1)
        }
        #expect(kept(PairChoice(budget: .tokens(100)), candidates) == [0, 1])
        #expect(kept(PairChoice(budget: .tokens(120)), candidates) == [0, 1, 2])
        #expect(PairChoice(budget: .tokens(100)).decisions(candidates)[2] == Rejection("over_token_budget", value: 120, threshold: 100))
    }

    @Test("of a passage's pairs the best is kept, of a host no more than so many, and the share is that of what these leave")
    func caps() {
        let candidates = [
            candidate(0, 5, passage: "a", domain: "x"), candidate(1, 4, passage: "a", domain: "x"),
            candidate(2, 3, passage: "b", domain: "x"),
            candidate(3, 2, passage: "c", domain: "x"), candidate(4, 1, passage: "d", domain: "y"), candidate(5, 0.5),
        ]
        let one = PairChoice(budget: .fraction(0.5), onePerPassage: true)
        #expect(kept(one, candidates) == [0, 2, 3])
        #expect(one.decisions(candidates)[4] == Rejection("below_top_fraction", value: .double(1), threshold: .double(2)))
        #expect(one.decisions(candidates)[1] == Rejection("passage_has_better", value: .double(4), threshold: .double(5)))
        let two = PairChoice(budget: .fraction(0.5), perDomain: 2)
        #expect(kept(two, candidates) == [0, 1])
        #expect(kept(PairChoice(budget: .tokens(30), perDomain: 2), candidates) == [0, 1, 4])
        #expect(two.decisions(candidates)[2] == Rejection("domain_full", value: "x", threshold: 2))
    }

    @Test("of three samples of each of ten passages the better half is five passages' best, not the best of all ten")
    func fractionOfPassages() {
        let candidates = (0..<30).map { candidate($0, Double($0 / 3) + Double($0 % 3) / 10, passage: "q\($0 / 3)") }
        #expect(kept(PairChoice(budget: .fraction(0.5), onePerPassage: true), candidates) == [17, 20, 23, 26, 29])
        #expect(kept(PairChoice(budget: .fraction(1), onePerPassage: true), candidates).count == 10)
    }

    @Test("of instructions that are alike the better scored is kept, whatever the order of the input")
    func distinct() {
        let instructions = [
            "How do I bake bread at home?", "How do I bake bread at my home?", "What is the tallest tower?",
            "How do I bake a bread at home?",
        ]
        let values = [2.0, 3, 1, 4]
        let choice = PairChoice(budget: .fraction(1), distinct: 0.7)
        for order in [[0, 1, 2, 3], [3, 2, 1, 0], [2, 0, 3, 1]] {
            let candidates = order.map { candidate($0, values[$0], instruction: instructions[$0]) }
            #expect(Set(kept(choice, candidates).map { order[$0] }) == [2, 3])
        }
        let reasons = choice.decisions(instructions.indices.map { candidate($0, values[$0], instruction: instructions[$0]) })
        #expect(reasons[0]?.reason == "near_duplicate_instruction" && reasons[0]?.threshold == .double(0.7))
    }

    @Test("equal values are told apart by the ids' hashes, so that the order of the input decides nothing")
    func ties() {
        let choice = PairChoice(budget: .fraction(0.3))
        let ids = Array(0..<10)
        let first = Set(kept(choice, ids.map { candidate($0, 1) }))
        let again = Set(kept(choice, ids.reversed().map { candidate($0, 1) }).map { 9 - $0 })
        #expect(first == again && first.count == 3)
    }

    @Test("where the signal was not measured, the pair is refused by name; losses are ranked from the lowest up")
    func signals() {
        let choice = PairChoice(selector: .signals([.baseLoss]), budget: .fraction(0.5))
        let decisions = choice.decisions([candidate(0, 3), candidate(1, nil), candidate(2, 1), candidate(3, 2)])
        #expect(decisions[1] == Rejection("no_signal", threshold: "base_loss"))
        #expect(decisions.map { $0 == nil } == [false, false, true, true])
    }

    @Test("several signals are standardised and added, each turned so that more is better, whatever the order of the pairs")
    func sums() throws {
        let selector = try #require(Selector("instruction_loss+forward_gain_a_word"))
        // Losses 1, 2, 3 have the deviation sqrt(2/3), gains 0, 0, 6 sqrt(8).
        let merits = selector.merits([[1, 0], [2, 0], [3, 6]])
        let (a, b) = ((1.5).squareRoot(), (0.5).squareRoot())
        for (one, other) in zip(merits, [a - b, -b, -a + 2 * b]) { #expect(abs(one - other) < 1e-12) }
        #expect(selector.merits([[3, 6], [1, 0], [2, 0]]) == [merits[2], merits[0], merits[1]])
        #expect(try #require(Selector("ifd+length")).merits([[0.5, 3], [0.5, 3]]) == [0, 0])
    }

    @Test("every selector is named by its words, and the random one goes by id and seed alone")
    func selectors() throws {
        #expect(Selector.names.allSatisfy { Selector($0)?.text == $0 } && Set(Selector.names).count == Selector.names.count)
        #expect(Selector("ifd+length")?.text == "ifd+length" && Selector("ifd+length")?.signals == [.difficulty, .length])
        for wrong in ["charm", "", "ifd+", "ifd+ifd", "gain+ifd", "random+ifd"] { #expect(Selector(wrong) == nil) }
        func pair(_ id: String, _ score: Double) throws -> RatedPair {
            try RatedPair(
                Pair(["id": .string(id), "instruction": "Tell.", "output": "So.", "origin": "augmented"]), ratings: [], score: score,
                isSelected: true)
        }
        let value = Selector.random.values(of: try pair("a", 2), seed: 1)
        #expect(
            try value == Selector.random.values(of: pair("a", 4), seed: 1) && value != Selector.random.values(of: pair("a", 2), seed: 2))
        #expect(try Selector.gain.values(of: pair("a", 4), seed: 1) == [4])
    }

    @Test(
        "the domain is the host without www, else the file",
        arguments: [
            ("https://www.Example.org/a?b#c", "example.org"), ("http://u:p@a.example:8080/x", "a.example"), ("https://[::1]/x", "[::1]"),
            ("notes.md", nil), ("https:///x", nil),
        ])
    func domain(url: String, host: String?) throws {
        #expect(PairDomain.host(url) == host)
        let pair = try Pair([
            "instruction": "Tell.", "output": "So.", "origin": "augmented", "url": .string(url),
            "source": ["file": "f.warc", "bytes": [0, 9]],
        ])
        #expect(PairDomain.of(pair) == host ?? "f.warc")
    }

    @Test("pairs that name no passage, or neither address nor source, are counted for the rules that go by them")
    func silences() throws {
        let some = try ["a", "b", "c"].map { id -> RatedPair in
            var object: JSONObject = ["id": .string(id), "instruction": "Why?", "output": "So.", "score": 4.0]
            if id != "a" { object["passage_id"] = "p" }
            if id == "c" { object["url"] = "https://a.example/" }
            return try RatedPair(object)
        }
        func said(_ choice: PairChoice) -> [String] { choice.silences(some.map(choice.candidate)) }
        let both = PairChoice(selector: .gain, budget: .fraction(1), perDomain: 1, onePerPassage: true)
        #expect(said(both).count == 2 && said(both)[0].hasPrefix("--one-per-passage: 1 of 3 pairs have no passage_id"))
        #expect(said(both)[1].hasPrefix("--per-domain: 2 of 3 pairs have no url and no source"))
        #expect(said(PairChoice(selector: .gain, budget: .fraction(1))).isEmpty)
    }
}
