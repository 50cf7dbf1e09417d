import LanguageModels
import Records

/// A language model that answers by rule, so that a stage can be tested without weights. A token is a word.
public struct ScriptedModel: LanguageModel {
    public var card: ModelCard
    private let answer: @Sendable (String, String) -> String
    private let masses: @Sendable (String) -> [Double]
    private let nats: @Sendable (String, String) -> Double

    /// - Parameters:
    ///   - answer: the completion of a prompt's last turn under a key.
    ///   - masses: the labels' probabilities after a prompt's last turn.
    ///   - nats: the log-probability of each word of a continuation or answer after a prompt's last turn.
    public init(
        roles: [ModelRole] = [], contextLength: Int = 10_000, languages: [String] = [], givesProbabilities: Bool = true,
        answer: @escaping @Sendable (String, String) -> String = { _, _ in "" },
        masses: @escaping @Sendable (String) -> [Double] = { _ in [0, 0, 0, 0, 1] },
        nats: @escaping @Sendable (String, String) -> Double = { _, _ in -0.5 }
    ) {
        card = ModelCard(
            name: "scripted", fingerprint: "0", roles: roles, precision: "float32", instructionSet: "scalar", contextLength: contextLength,
            languages: languages, givesProbabilities: givesProbabilities)
        self.answer = answer
        self.masses = masses
        self.nats = nats
    }

    public func tokenCount(of text: String) async throws -> Int { words(text).count }
    public func tokenCount(of prompt: Prompt) async throws -> Int { words(last(prompt)).count }

    public func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion {
        let said = answer(last(prompt), key)
        let words = words(said)
        let isCut = words.count > sampling.maxNewTokens
        let end = isCut ? words[sampling.maxNewTokens - 1].endIndex : said.endIndex
        return Completion(
            text: String(said[..<end]), end: isCut ? .length : .stop, tokenCount: words.count,
            meanLogProbability: card.givesProbabilities ? nats(said, last(prompt)) : nil)
    }

    public func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] { masses(last(prompt)) }

    /// The same for every word; half a nat where nothing else is said.
    public func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        let count = words(continuation).count
        return LogLikelihood(tokens: Array(0..<count), logProbabilities: Array(repeating: nats(continuation, last(prompt)), count: count))
    }

    private func words(_ text: String) -> [Substring] { text.split(whereSeparator: \.isWhitespace) }

    private func last(_ prompt: Prompt) -> String {
        switch prompt {
        // A begun answer is no question.
        case .chat(let turns): turns.last { $0.role != .assistant }?.content ?? ""
        case .text(let text): text
        }
    }
}
