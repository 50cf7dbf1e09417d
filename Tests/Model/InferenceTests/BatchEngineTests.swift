import Foundation
import LanguageModels
import Tensors
import Testing
import Transformer

@testable import Inference

@Suite struct BatchEngineTests {
    private struct Answers: Equatable {
        var texts: [[Int32]] = []
        var sampled: [[Double]] = []
        var scores: [[Double]] = []
        var labels: [[Double]] = []
        var states: [[Double]] = []
    }

    /// Requests of four kinds at once; prompts of unequal length, some of which begin alike.
    private func answers(
        _ options: BatchEngine.Options, _ precision: Precision, threads: Int = 2, oneByOne: Bool = false
    ) async throws -> Answers {
        let engine = BatchEngine(network: Toy.network(threads: threads, precision: precision), options: options)
        let shared = Toy.tokens(45, seed: 1)
        @Sendable func prompt(_ index: Int) -> [Int32] {
            (index % 2 == 0 ? shared : []) + Toy.tokens(3 + 5 * index, seed: index)
        }
        enum Part: Sendable {
            case text(EngineAnswer.Generated)
            case values([Double])
            case state([Double])
        }
        @Sendable func part(_ index: Int) async throws -> Part {
            let prompt = prompt(index / 3 % 10)
            if index >= 30 { return .state(try await engine.pooledState(of: prompt)) }
            switch index % 3 {
            case 0:
                let sampling = Sampling(temperature: 0.8, topP: 0.9, maxNewTokens: 4 + index % 9, seed: 7)
                return .text(try await engine.generate(Toy.generation(prompt, key: "\(index)", sampling: sampling)))
            case 1: return .values(try await engine.logProbabilities(of: Toy.tokens(6, seed: index), after: prompt))
            default: return .values(try await engine.logProbabilities(ofNext: [4, 5, 89], after: prompt))
            }
        }
        var parts: [Int: Part] = [:]
        if oneByOne {
            for index in 0..<40 { parts[index] = try await part(index) }
        } else {
            try await withThrowingTaskGroup(of: (Int, Part).self) { group in
                for index in 0..<40 { group.addTask { (index, try await part(index)) } }
                for try await (index, part) in group { parts[index] = part }
            }
        }
        var answers = Answers()
        for index in 0..<40 {
            switch parts[index] {
            case .text(let generated):
                answers.texts.append(generated.tokens)
                answers.sampled.append(generated.logProbabilities)
            case .values(let values) where index % 3 == 1: answers.scores.append(values)
            case .values(let values): answers.labels.append(values)
            case .state(let state): answers.states.append(state)
            case nil: break
            }
        }
        return answers
    }

    @Test("answers are the same whatever the batch, the chunks, the threads, the cache and the order", arguments: Precision.allCases)
    func independence(precision: Precision) async throws {
        let reference = try await answers(.init(sequences: 1, tokensPerStep: 512, keptPrompts: 0), precision, threads: 1, oneByOne: true)
        #expect(
            reference.texts.count == 10 && reference.scores.count == 10 && reference.labels.count == 10 && reference.states.count == 10
                && Set(reference.states).count == 4
        )
        #expect(Set(reference.texts).count > 5)
        let options: [BatchEngine.Options] = [
            .init(), .init(sequences: 7, tokensPerStep: 7), .init(sequences: 3, tokensPerStep: 50, keptPrompts: 1),
            .init(sequences: 32, tokensPerStep: 64, cacheBytes: 40_000), .init(sequences: 2, tokensPerStep: 9, cacheBytes: 1),
        ]
        for option in options {
            #expect(try await answers(option, precision) == reference, "\(option)")
        }
        #expect(try await answers(.init(), precision, oneByOne: true) == reference)
        var alone = BatchEngine.Options()
        alone.sharesPrefixes = false
        #expect(try await answers(alone, precision) == reference)
    }

    @Test("log-probabilities are those of the network that is trained")
    func scores() async throws {
        let engine = BatchEngine(network: Toy.network())
        let (prompt, continuation) = (Toy.tokens(20, seed: 2), Toy.tokens(8, seed: 3))
        let trained = TransformerNetwork(parameters: Toy.parameters, compute: engine.network.compute)
        let expected = trained.logProbabilities(
            tokens: prompt + continuation.dropLast(), sequenceLengths: [27], targets: .init(rows: Array(19..<27), ids: continuation))
        let values = try await engine.logProbabilities(of: continuation, after: prompt)
        for (value, other) in zip(values, expected) { #expect(abs(value - Double(other)) < 1e-5) }
        let next = try await engine.logProbabilities(ofNext: Array(0..<90), after: prompt)
        #expect(abs(next.reduce(0) { $0 + Foundation.exp($1) } - 1) < 1e-5)
        #expect(next[Int(continuation[0])] == values[0])
    }

    @Test("a prompt over the context is refused, an answer over it is cut")
    func context() async throws {
        let engine = BatchEngine(network: Toy.network())
        let sampling = Sampling(temperature: 1, topP: 1, maxNewTokens: 50)
        await #expect(throws: InferenceError.promptTooLong(tokens: 160, contextLength: 160)) {
            try await engine.generate(Toy.generation(Toy.tokens(160, seed: 0), key: "", sampling: sampling))
        }
        var generation = Toy.generation(Toy.tokens(150, seed: 0), key: "", sampling: sampling)
        generation.endTokens = []
        #expect(try await engine.generate(generation).tokens.count == 10)
        await #expect(throws: InferenceError.emptyPrompt) { try await engine.logProbabilities(ofNext: [1], after: []) }
        await #expect(throws: InferenceError.tokenOutsideVocabulary(token: 90, vocabularySize: 90)) {
            try await engine.logProbabilities(ofNext: [1], after: [90])
        }
    }

    @Test("a model that goes round in a circle says no run of three tokens twice where that is forbidden, alone and among others")
    func noRepeat() async throws {
        func runs(_ tokens: [Int32]) -> [[Int32]] { (0...tokens.count - 3).map { Array(tokens[$0..<$0 + 3]) } }
        let engine = BatchEngine(network: Toy.network())
        var generation = Toy.generation(Toy.tokens(9, seed: 0), key: "x", sampling: .greedy(maxNewTokens: 120))
        generation.endTokens = []
        let free = try await engine.generate(generation).tokens
        #expect(Set(runs(free)).count < runs(free).count)
        generation.longestRepeat = 3
        let held = try await engine.generate(generation)
        #expect(held.tokens.count == 120 && Set(runs(held.tokens)).count == 118)
        #expect(held.logProbabilities.allSatisfy { $0 > -100 })
        let wanted = generation
        let together = try await withThrowingTaskGroup(of: [Int32].self) { group in
            for _ in 0..<5 { group.addTask { try await engine.generate(wanted).tokens } }
            return try await group.reduce(into: Set<[Int32]>()) { $0.insert($1) }
        }
        #expect(together == [held.tokens])
    }

    @Test("an end token and a complete answer end it")
    func ends() async throws {
        let engine = BatchEngine(network: Toy.network())
        var generation = Toy.generation(Toy.tokens(9, seed: 0), key: "x", sampling: Sampling(temperature: 1, topP: 1, maxNewTokens: 30))
        generation.endTokens = []
        let free = try await engine.generate(generation)
        #expect(free.tokens.count == 30 && free.endToken == nil && free.logProbabilities.count == 30)
        generation.endTokens = [free.tokens[12]]
        let first = free.tokens.firstIndex(of: free.tokens[12]) ?? 0
        let ended = try await engine.generate(generation)
        #expect(ended.tokens == Array(free.tokens[..<first]))
        #expect(ended.endToken == free.tokens[12])
        generation.endTokens = []
        generation.isComplete = { $0.count == 5 }
        let complete = try await engine.generate(generation)
        #expect(complete.tokens == Array(free.tokens[..<5]) && complete.isComplete)
    }

    @Test("cancelled requests end at once and leave the others alone")
    func cancellation() async throws {
        let engine = BatchEngine(network: Toy.network(), options: .init(sequences: 2))
        let sampling = Sampling(temperature: 1, topP: 1, maxNewTokens: 100)
        let tasks = (0..<10).map { index in
            Task {
                var generation = Toy.generation(Toy.tokens(30, seed: index), key: "\(index)", sampling: sampling)
                generation.endTokens = []
                return try await engine.generate(generation).tokens.count
            }
        }
        for index in [0, 3, 9] { tasks[index].cancel() }
        for (index, task) in tasks.enumerated() {
            let result = await task.result
            if [0, 3, 9].contains(index) {
                #expect(throws: CancellationError.self) { try result.get() }
            } else {
                #expect(try result.get() == 100)
            }
        }
    }
}
