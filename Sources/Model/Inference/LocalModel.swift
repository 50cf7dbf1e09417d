import Foundation
import Ground
import LanguageModels
import Records
import Tensors
import Tokenization
import Transformer

/// A model folder that runs on this machine, for any number of callers at once.
///
/// Memory: the packed weights (1.06 bytes a weight in int8, 4 in float32), and up to `BatchEngine.Options.cacheBytes` of keys and
/// values. The same request gets the same answer, to the byte, whatever else is in flight and however many threads there are.
public final class LocalModel: LanguageModel {
    public let card: ModelCard
    private let engine: BatchEngine
    private let encoder: PromptEncoder
    private let endTokens: Set<Int32>

    /// Opens a model folder: reads and packs its weights, or takes those that `cache` lets it take, and reads its tokenizer.
    ///
    /// - Parameter name: what records call it; nil takes the last part of its path.
    public convenience init(
        directory: URL, name: String? = nil, precision: Precision = .int8, compute: Compute, options: BatchEngine.Options = .init(),
        cache: PackedCacheUse = .never
    ) throws {
        let folder = try ModelFolder(directory: directory)
        let tokenizer = try Tokenizer(directory: folder.tokenizerDirectory)
        let (network, fingerprint) = try InferenceNetwork.open(folder, precision: precision, compute: compute, cache: cache)
        let roles = folder.notes.roles.compactMap(ModelRole.init(rawValue:))
        self.init(
            name: name ?? directory.lastPathComponent, fingerprint: fingerprint, roles: roles, languages: folder.notes.languages,
            readsHeadings: folder.notes.readsHeadings, sampling: Self.sampling(folder.notes),
            gain: folder.notes.gain.map { GainScale(middle: $0.middle, width: $0.width) },
            combination: folder.notes.combination, combinationWithForward: folder.notes.combinationWithForward,
            trainedBy: folder.notes.trainedBy, tokenizer: tokenizer, endTokens: folder.endTokenIDs.map { Int32($0) }, network: network,
            options: options)
    }

    /// Puts a model together from its parts, for a model that is in memory.
    public init(
        name: String, fingerprint: String, roles: [ModelRole] = [], languages: [String] = [], readsHeadings: Bool = false,
        sampling: ModelCard.NotedSampling = .init(), gain: GainScale? = nil, combination: SignalCombination? = nil,
        combinationWithForward: SignalCombination? = nil, trainedBy: String? = nil, tokenizer: Tokenizer, endTokens: [Int32] = [],
        network: InferenceNetwork, options: BatchEngine.Options = .init()
    ) {
        var card = ModelCard(
            name: name, fingerprint: fingerprint, roles: roles, precision: network.precision.rawValue,
            instructionSet: network.compute.instructionSet.description, contextLength: network.configuration.contextLength,
            languages: languages, readsHeadings: readsHeadings, sampling: sampling, gain: gain,
            hasChatTemplate: tokenizer.chatTemplate != nil, combination: combination, combinationWithForward: combinationWithForward)
        card.trainedBy = trainedBy
        self.card = card
        engine = BatchEngine(network: network, options: options)
        encoder = PromptEncoder(tokenizer: tokenizer)
        self.endTokens = Set(endTokens + tokenizer.endTokens)
    }

    public func tokenCount(of text: String) async throws -> Int { encoder.tokenizer.encode(text).count }

    public func tokenCount(of prompt: Prompt) async throws -> Int { try encoder.tokens(prompt).count }

    public func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion {
        try check(sampling)
        let stops = StopTexts(sampling.stop)
        var generation = EngineRequest.Generation(
            prompt: try encoder.tokens(prompt), sampler: TokenSampler(sampling), random: KeyedRandom.indexed(seed: sampling.seed, key: key),
            maxNewTokens: sampling.maxNewTokens, endTokens: endTokens, isComplete: nil)
        generation.longestRepeat = sampling.noRepeat
        if !stops.isEmpty {
            let encoder = encoder
            generation.isComplete = { tokens in
                let last = encoder.bytes(tokens.suffix(stops.longest))
                return stops.first(in: last) != nil
            }
        }
        let answer = try await engine.generate(generation)
        let sampled = answer.logProbabilities.count
        return Completion(
            text: text(of: answer, stops), end: answer.endToken != nil || answer.isComplete ? .stop : .length, tokenCount: sampled,
            meanLogProbability: sampled > 0 ? answer.logProbabilities.reduce(0, +) / Double(sampled) : nil)
    }

    public func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] {
        var ids: [Int32] = []
        var owners: [Int] = []
        for (owner, label) in labels.enumerated() {
            // Two spellings may be one token in a vocabulary that writes a space at the start of a word; it counts once.
            var own: Set<Int32> = []
            for spelling in label.spellings {
                let tokens = encoder.tokenizer.encode(spelling)
                guard tokens.count == 1 else { continue }
                own.insert(tokens[0])
            }
            guard !own.isEmpty else {
                let spelling = label.spellings.first ?? ""
                throw LabelNotOneToken(model: card.name, spelling: spelling, tokens: encoder.tokenizer.encode(spelling).count)
            }
            ids += own.sorted()
            owners += Array(repeating: owner, count: own.count)
        }
        let values = try await engine.logProbabilities(ofNext: ids, after: encoder.tokens(prompt))
        var result = [Double](repeating: 0, count: labels.count)
        for (owner, value) in zip(owners, values) { result[owner] += exp(value) }
        return result
    }

    public func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        let before = try encoder.tokens(prompt)
        let tokens = try encoder.continuation(continuation, of: prompt, tokens: before)
        let values = try await engine.logProbabilities(of: tokens, after: before)
        return LogLikelihood(tokens: tokens.map { Int($0) }, logProbabilities: values)
    }

    public func pooledState(of continuation: String, after prompt: Prompt) async throws -> [Double] {
        try await engine.pooledState(of: encoder.tokens(prompt) + encoder.tokenizer.encode(continuation))
    }

    private func text(of answer: EngineAnswer.Generated, _ stops: StopTexts) -> String {
        let bytes = encoder.bytes(answer.tokens)
        guard let end = stops.first(in: bytes) else { return encoder.text(answer.tokens) }
        return String(decoding: bytes[..<end], as: UTF8.self)
    }

    /// How the notes of the model's maker say that it is sampled from.
    private static func sampling(_ notes: ModelNotes) -> ModelCard.NotedSampling {
        .init(temperature: notes.temperature, noRepeat: notes.noRepeat, bestOf: notes.bestOf)
    }

    private func check(_ sampling: Sampling) throws(InferenceError) {
        if !(sampling.temperature >= 0 && sampling.temperature.isFinite) {
            throw .wrongSampling(reason: "the temperature is \(sampling.temperature), not 0 or above")
        }
        if !(sampling.topP > 0 && sampling.topP <= 1) { throw .wrongSampling(reason: "top-p is \(sampling.topP), not above 0 and up to 1") }
        if sampling.noRepeat < 0 || sampling.noRepeat == 1 {
            throw .wrongSampling(reason: "no run of \(sampling.noRepeat) tokens may come again: it takes 0, or 2 or more")
        }
        if sampling.topK < 0 { throw .wrongSampling(reason: "top-k is \(sampling.topK), below 0") }
    }
}
