import Testing

@testable import Training

@Suite("Example sources") struct ExampleSourceTests {
    static func examples(_ count: Int, base: Int32 = 0) -> [TrainingExample] {
        (0..<Int32(count)).map { TrainingExample(prompt: [base, $0], completion: [$0, 1]) }
    }

    @Test("gives every example once an epoch, in another order in the next")
    func epochs() throws {
        let source = try ShuffledExamples(Self.examples(9), context: 8, seed: 5)
        let first = (0..<9).map { source.example(at: $0).tokens[1] }
        let second = (9..<18).map { source.example(at: $0).tokens[1] }
        #expect(first.sorted() == Array(0..<9) && second.sorted() == Array(0..<9))
        #expect(first != second)
    }

    @Test("refuses an example whose prompt fills the context, and says which")
    func nothingToLearn() {
        let long = TrainingExample(prompt: Array(repeating: 1, count: 9), completion: [2])
        #expect(throws: TrainingError.nothingToLearn(index: 2, tokens: 10, context: 8)) {
            try ShuffledExamples(Self.examples(2) + [long], context: 8, seed: 0)
        }
        #expect(throws: TrainingError.noExamples) { try ShuffledExamples([], context: 8, seed: 0) }
    }

    @Test("has another fingerprint for other tokens, targets or seed")
    func fingerprints() throws {
        let one = TrainingExample(tokens: [1, 2, 3], isTarget: [false, true, true])
        let two = TrainingExample(tokens: [1, 2, 3], isTarget: [false, false, true])
        let prints = [
            try ShuffledExamples([one], context: 8, seed: 0).fingerprint, try ShuffledExamples([two], context: 8, seed: 0).fingerprint,
            try ShuffledExamples([one], context: 8, seed: 1).fingerprint,
        ]
        #expect(Set(prints).count == 3)
    }

    @Test("deals a mixture out by weight to within one draw, and each source in its own order without gaps")
    func mixture() throws {
        let sources = try (0..<3).map { try ShuffledExamples(Self.examples(10, base: Int32($0)), context: 8, seed: UInt64($0)) }
        let mixture = try Mixture([.init(sources[0], weight: 1), .init(sources[1], weight: 2), .init(sources[2], weight: 5)])
        var counts = [0, 0, 0]
        for draw in 0..<800 {
            let place = mixture.place(of: draw)
            #expect(place.draw == counts[place.part])
            counts[place.part] += 1
            for (part, share) in [0.125, 0.25, 0.625].enumerated() {
                #expect(abs(Double(counts[part]) - share * Double(draw + 1)) <= 2)
            }
        }
        #expect(counts == [100, 200, 500])
        #expect(mixture.count == 80)
        #expect(throws: TrainingError.self) { try Mixture([.init(sources[0], weight: -1)]) }
    }

    @Test("cuts a stream into windows that predict every token but the first exactly once an epoch")
    func stream() throws {
        let documents = (0..<40).map { document in (0..<10).map { Int32(document * 10 + $0) } }
        let stream = try TextStream(documents: documents, context: 16, seed: 3)
        var predicted: [Int32] = []
        for draw in 0..<stream.count {
            let window = stream.example(at: draw)
            #expect(window.inputCount == 16 && window.targetCount == 16)
            predicted += window.tokens.dropFirst()
        }
        #expect(Set(predicted).count == predicted.count)
        #expect(predicted.count >= 400 - 1 - 2 * 16)
        let second = (stream.count..<2 * stream.count).flatMap { stream.example(at: $0).tokens.dropFirst() }
        #expect(Set(second).count == second.count && second != predicted)
    }

    @Test("gives one shorter window where the text is shorter than the context")
    func shortStream() throws {
        let stream = try TextStream(documents: [[1, 2, 3]], context: 16, seed: 0)
        #expect(stream.count == 1)
        #expect(stream.example(at: 5).tokens == [1, 2, 3])
        #expect(throws: TrainingError.noExamples) { try TextStream(documents: [[1]], context: 4, seed: 0) }
    }
}
