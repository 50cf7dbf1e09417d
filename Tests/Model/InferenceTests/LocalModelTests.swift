import Formats
import Foundation
import Ground
import LanguageModels
import Tensors
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Inference

@Suite struct LocalModelTests {
    private static let text = String(repeating: "The cat sat on the mat and saw 12345 birds; 1 2 3 4 5 of them flew away.\n", count: 3)

    private func model(options: BatchEngine.Options = .init()) throws -> LocalModel {
        var trainer = try TokenizerTrainer(vocabularySize: 300)
        trainer.add(Self.text)
        let tokenizer = try trainer.train()
        let configuration = TransformerConfiguration(
            vocabularySize: tokenizer.vocabularySize, hiddenSize: 24, intermediateSize: 40, layerCount: 2, headCount: 2,
            keyValueHeadCount: 1, contextLength: 200, initializerRange: 0.3)
        let network = InferenceNetwork(
            parameters: Parameters<Float>(random: configuration, seed: 5), precision: .float32,
            compute: Compute(pool: ThreadPool(threads: 2)))
        return LocalModel(name: "toy", fingerprint: "toy", tokenizer: tokenizer, network: network, options: options)
    }

    @Test("the same request gets the same text alone, among others, and in another engine")
    func completes() async throws {
        let (one, other) = (try model(), try model(options: .init(sequences: 3, tokensPerStep: 16)))
        let prompt = Prompt.chat([ChatMessage(.user, "Where did the birds fly?")])
        let sampling = Sampling(temperature: 0.7, topP: 0.9, maxNewTokens: 20, seed: 3)
        let alone = try await one.complete(prompt, sampling: sampling, key: "a#0")
        #expect(alone.tokenCount > 0 && alone.meanLogProbability != nil)
        let together = try await withThrowingTaskGroup(of: (Int, Completion).self) { group in
            for index in 0..<8 { group.addTask { (index, try await other.complete(prompt, sampling: sampling, key: "a#\(index)")) } }
            return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(together[0] == alone)
        #expect(Set(together.values.map(\.text)).count > 4)
        #expect(one.card.precision == "float32" && one.card.contextLength == 200)
    }

    @Test("a run of one token cannot be forbidden to come again: that is an error that says so")
    func noRepeatOfOne() async throws {
        var sampling = Sampling.greedy(maxNewTokens: 5)
        sampling.noRepeat = 1
        let model = try model()
        await #expect(throws: InferenceError.self) { try await model.complete(.text("The cat"), sampling: sampling, key: "k") }
    }

    @Test("a stop text ends the answer and is no part of it, also where it lies across tokens")
    func stops() async throws {
        let model = try model()
        let prompt = Prompt.text("The cat")
        var sampling = Sampling(temperature: 1, topP: 1, maxNewTokens: 60, seed: 1)
        let free = try await model.complete(prompt, sampling: sampling, key: "k").text
        #expect(free.count > 20)
        let scalars = Array(free.unicodeScalars)
        var tried = 0
        for start in 4..<scalars.count - 3 where scalars[start..<start + 3].allSatisfy(\.isASCII) {
            let stop = String(String.UnicodeScalarView(scalars[start..<start + 3]))
            guard let range = free.range(of: stop) else { continue }
            sampling.stop = ["never there", stop]
            let stopped = try await model.complete(prompt, sampling: sampling, key: "k")
            #expect(stopped.text == String(free[..<range.lowerBound]))
            #expect(stopped.end == .stop)
            tried += 1
        }
        #expect(tried > 0)
    }

    @Test("where the last turn is the assistant's, the answer goes on behind its words")
    func begunAnswer() async throws {
        let model = try model()
        let asked = [ChatMessage(.user, "Where did the birds fly?")]
        let begun = Prompt.chat(asked + [ChatMessage(.assistant, "The cat")])
        let begunTokens = try await model.tokenCount(of: "The cat")
        #expect(try await model.tokenCount(of: begun) == model.tokenCount(of: .chat(asked)) + begunTokens)
        let whole = try await model.logLikelihood(of: "The cat sat", after: .chat(asked))
        let rest = try await model.logLikelihood(of: " sat", after: begun)
        #expect(whole.tokens.suffix(rest.tokens.count) == rest.tokens[...])
        for (one, other) in zip(whole.logProbabilities.suffix(rest.tokens.count), rest.logProbabilities) {
            #expect(abs(one - other) < 1e-5)
        }
    }

    @Test("a label that is no single token, with or without a space, is an error that names model and label")
    func labelOfSeveralTokens() async throws {
        let model = try model()
        let error = await #expect(throws: LabelNotOneToken.self) {
            try await model.probabilities(of: [Label("1"), Label("zebra zoo", " zebra zoo")], after: .text("The cat"))
        }
        #expect(error?.spelling == "zebra zoo" && error?.description.contains("toy has no single token") == true)
    }

    @Test("stop texts are found where the first of them begins")
    func stopTexts() {
        let stops = StopTexts(["bcd", "", "c"])
        #expect(stops.first(in: Array("abcde".utf8)) == 1)
        #expect(stops.first(in: Array("xxcde".utf8)) == 2)
        #expect(StopTexts([""]).isEmpty)
    }

    @Test("a character cut in the middle is left out")
    func tornEnd() {
        for (text, kept) in [("aé", "a"), ("a漢", "a"), ("a😀", "a")] {
            let bytes = Array(text.utf8)
            #expect(Array(PromptEncoder.withoutTornEnd(bytes)) == bytes)
            for length in 2..<bytes.count { #expect(Array(PromptEncoder.withoutTornEnd(Array(bytes[..<length]))) == Array(kept.utf8)) }
        }
        #expect(PromptEncoder.withoutTornEnd([]).isEmpty)
    }

    @Test("labels sum over their spellings, each counted once")
    func labels() async throws {
        let model = try model()
        let prompt = Prompt.chat([ChatMessage(.system, "Rate."), ChatMessage(.user, "The cat sat.")])
        let values = try await model.probabilities(of: (1...5).map { Label("\($0)", "\($0 + 3)") }, after: prompt)
        #expect(values.count == 5)
        #expect(values.allSatisfy { $0 > 0 && $0 < 1 })
        let single = try await model.probabilities(of: [Label("3"), Label("6"), Label("3", "3")], after: prompt)
        let log = try await model.logLikelihood(of: "3", after: prompt)
        #expect(abs(single[0] - exp(log.total)) < 1e-9)
        #expect(abs(single[0] + single[1] - values[2]) < 1e-12)
        #expect(single[2] == single[0])
        await #expect(throws: LabelNotOneToken.self) { try await model.probabilities(of: [Label("the whole sentence")], after: prompt) }
    }

    @Test("a log-likelihood has one value a token and is the sum of its parts")
    func logLikelihood() async throws {
        let model = try model()
        let whole = try await model.logLikelihood(of: "saw the birds", after: .text("The cat "))
        #expect(whole.tokens.count == whole.logProbabilities.count)
        #expect(try await model.tokenCount(of: "saw the birds") == whole.tokens.count)
        #expect(whole.logProbabilities.allSatisfy { $0 < 0 })
    }

    @Test("the pooled state is one vector of the text, the same alone and among others; what does not fit the context is refused")
    func pooledState() async throws {
        let (one, other) = (try model(), try model(options: .init(sequences: 3, tokensPerStep: 8)))
        let prompt = Prompt.chat([ChatMessage(.user, "Where did the birds fly?")])
        let alone = try await one.pooledState(of: "The birds flew away.", after: prompt)
        #expect(alone.count == 24 && alone.contains { $0 != 0 })
        async let beside = other.logLikelihood(of: "The cat sat on the mat.", after: prompt)
        async let again = other.pooledState(of: "The birds flew away.", after: prompt)
        #expect(try await again == alone)
        #expect(try await beside == one.logLikelihood(of: "The cat sat on the mat.", after: prompt))
        #expect(try await one.pooledState(of: "The cat sat.", after: prompt) != alone)
        await #expect(throws: InferenceError.self) {
            try await one.pooledState(of: String(repeating: "zebra? ", count: 200), after: prompt)
        }
    }

    @Test("bad sampling and a prompt over the context are refused")
    func refusals() async throws {
        let model = try model()
        for sampling in [
            Sampling(temperature: -1), Sampling(temperature: .nan), Sampling(topP: 0), Sampling(topP: 1.5), Sampling(topK: -1),
        ] {
            await #expect(throws: InferenceError.self) { try await model.complete(.text("a"), sampling: sampling, key: "") }
        }
        await #expect(throws: InferenceError.self) {
            try await model.complete(.text(String(repeating: "zebra? ", count: 200)), sampling: Sampling(), key: "")
        }
    }

    @Test(
        "real weights continue their prompts with the reference program's text", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func stories() async throws {
        struct Expected: Decodable {
            let prompt: String
            let steps: Int
            let text: String
        }
        let place = try #require(SharedData.directory).appending(path: "stories260K")
        let parameters = try Llama2CModel.read(place.appending(path: "stories260K.bin"))
        let tokenizer = try Tokenizer(llama2c: place.appending(path: "tok512.bin"), vocabularySize: 512)
        let network = InferenceNetwork(parameters: parameters, precision: .float32, compute: Compute(pool: ThreadPool(threads: 2)))
        let model = LocalModel(name: "stories260K", fingerprint: "", tokenizer: tokenizer, endTokens: [1, 2], network: network)
        let cases = try JSONDecoder().decode([Expected].self, from: Data(contentsOf: place.appending(path: "expected_greedy.json")))
        for expected in cases {
            let read = try await model.tokenCount(of: .text(expected.prompt))
            // The reference steps over this many positions, the prompt's among them; the last of those already draws a token.
            let sampling = Sampling.greedy(maxNewTokens: expected.steps - read + 1)
            let answer = try await model.complete(.text(expected.prompt), sampling: sampling, key: "")
            let text = expected.prompt + answer.text
            #expect(text.trimmingCharacters(in: .whitespacesAndNewlines) == expected.text.trimmingCharacters(in: .whitespacesAndNewlines))
        }
    }
}
