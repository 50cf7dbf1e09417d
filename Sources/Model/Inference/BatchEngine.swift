import Foundation
import LanguageModels
import Tensors
import Transformer

/// Answers many requests over token ids at once, on a thread of its own; it never sees text.
///
/// Each step of the network takes one token of every sequence that is being continued and fills the rest with prompts, or chunks of
/// prompts. A prompt that begins like another takes over its keys and values. Neither changes a bit of any answer.
public final class BatchEngine: Sendable {
    /// The bounds of an engine.
    public struct Options: Sendable, Equatable {
        /// Sequences in flight.
        public var sequences: Int
        /// Tokens a step.
        public var tokensPerStep: Int
        /// Bytes of keys and values of all sequences together; one sequence alone may have more.
        public var cacheBytes: Int
        /// Prompts of which the keys and values are kept after their answer, for prompts that begin alike.
        public var keptPrompts: Int
        /// Whether prompts that begin alike share what they have in common; only to see what it saves.
        public var sharesPrefixes = true

        public init(sequences: Int = 32, tokensPerStep: Int = 512, cacheBytes: Int = 2 << 30, keptPrompts: Int = 4) {
            precondition(
                sequences > 0 && tokensPerStep >= sequences && cacheBytes > 0 && keptPrompts >= 0, "an engine's bounds are above 0")
            self.sequences = sequences
            self.tokensPerStep = tokensPerStep
            self.cacheBytes = cacheBytes
            self.keptPrompts = keptPrompts
        }
    }

    public let network: InferenceNetwork
    public let options: Options
    private let queue = RequestQueue()

    /// Starts the engine's thread, which ends with the engine.
    public init(network: InferenceNetwork, options: Options = Options()) {
        self.network = network
        self.options = options
        let queue = queue
        let thread = Thread { EngineLoop(network: network, options: options, queue: queue).run() }
        thread.name = "humpback engine"
        thread.stackSize = 16 << 20
        thread.start()
    }

    deinit { queue.close() }

    /// The log-probability, in nats, of every id as the next token after the prompt.
    public func logProbabilities(ofNext ids: [Int32], after prompt: [Int32]) async throws -> [Double] {
        try check(prompt, room: 0)
        try check(ids)
        guard case .logProbabilities(let values) = try await answer(to: .nextToken(prompt: prompt, ids: ids)) else { return [] }
        return values
    }

    /// The log-probability, in nats, of each token of the continuation after the prompt and the tokens before it.
    public func logProbabilities(of continuation: [Int32], after prompt: [Int32]) async throws -> [Double] {
        try check(prompt, room: continuation.count - 1)
        try check(continuation)
        guard !continuation.isEmpty else { return [] }
        let request = EngineRequest.score(prompt: prompt, continuation: continuation)
        guard case .logProbabilities(let values) = try await answer(to: request) else { return [] }
        return values
    }

    /// The mean of the last layer's normed hidden states over the tokens, each weighted by its position (`StatePool`): a vector of the
    /// network's hidden size.
    public func pooledState(of tokens: [Int32]) async throws -> [Double] {
        try check(tokens, room: 0)
        guard case .state(let state) = try await answer(to: .state(tokens: tokens)) else { return [] }
        return state
    }

    /// Continues the prompt; an answer that would not fit the context is cut there.
    func generate(_ generation: EngineRequest.Generation) async throws -> EngineAnswer.Generated {
        try check(generation.prompt, room: 1)
        var generation = generation
        generation.maxNewTokens = min(generation.maxNewTokens, network.configuration.contextLength - generation.prompt.count)
        let nothing = EngineAnswer.Generated(tokens: [], endToken: nil, isComplete: false, logProbabilities: [])
        guard generation.maxNewTokens > 0, case .generated(let answer) = try await answer(to: .generate(generation)) else { return nothing }
        return answer
    }

    private func answer(to request: EngineRequest) async throws -> EngineAnswer {
        try Task.checkCancellation()
        let ticket = Ticket(request)
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                ticket.wait(with: continuation)
                queue.add(ticket)
            }
        } onCancel: {
            ticket.answer(.failure(CancellationError()))
        }
    }

    private func check(_ prompt: [Int32], room: Int) throws(InferenceError) {
        guard !prompt.isEmpty else { throw .emptyPrompt }
        let limit = network.configuration.contextLength
        guard prompt.count + max(room, 0) <= limit else {
            throw .promptTooLong(tokens: prompt.count + max(room - 1, 0), contextLength: limit)
        }
        try check(prompt)
    }

    private func check(_ tokens: [Int32]) throws(InferenceError) {
        let size = network.configuration.vocabularySize
        if let token = tokens.first(where: { $0 < 0 || $0 >= size }) {
            throw .tokenOutsideVocabulary(token: token, vocabularySize: size)
        }
    }
}
