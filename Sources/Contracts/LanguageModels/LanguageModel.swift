import Ground

/// What a stage may ask of a model, wherever it runs.
///
/// One call answers one request. A stage keeps a bounded number of calls in flight; gathering them into batches is the backend's
/// business alone. The same request, key included, gets the same answer whatever else is in flight.
public protocol LanguageModel: Sendable {
    var card: ModelCard { get }

    /// The number of tokens of `text` alone, without template or special tokens.
    func tokenCount(of text: String) async throws -> Int

    /// The number of tokens of the whole prompt as the model reads it, template included.
    func tokenCount(of prompt: Prompt) async throws -> Int

    /// Samples one continuation of the prompt. `key` (a record's id and sample number) keys the randomness.
    func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion

    /// The probability of each label as the next thing the model says: for every label the sum over its spellings,
    /// each spelling being one token (with and without a leading space, say). Not renormalised.
    func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double]

    /// The log-probability, in nats, of each token of `continuation` after the prompt.
    func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood

    /// What the model makes of prompt and continuation as one vector: the mean of its last hidden states, each weighted by its position.
    /// Throws `HiddenStatesUnavailable` where the model shows none.
    func pooledState(of continuation: String, after prompt: Prompt) async throws -> [Double]
}

/// What a model is given to continue.
public enum Prompt: Sendable, Hashable {
    /// Turns that the model's own chat template renders, ready for the assistant to speak. Where the last turn is the assistant's, its
    /// words are the beginning of the answer, which goes on behind them; a server is not told them, since servers differ in what they do
    /// then.
    case chat([ChatMessage])
    /// Text as it stands, with nothing but the beginning-of-text token before it if the tokenizer adds one.
    case text(String)
}

/// One label of a rubric and its spellings, such as "4" and " 4".
public struct Label: Sendable, Equatable {
    public var spellings: [String]
    public init(_ spellings: String...) { self.spellings = spellings }
    public init(spellings: [String]) { self.spellings = spellings }
}

/// How a continuation is sampled.
public struct Sampling: Sendable, Equatable {
    /// Zero takes the likeliest token.
    public var temperature: Double
    /// The nucleus: the smallest set of tokens whose probability reaches this share; 1 keeps all.
    public var topP: Double
    /// The number of likeliest tokens considered; 0 keeps all.
    public var topK: Int
    public var maxNewTokens: Int
    /// Texts that end the continuation where they first appear; they are not part of it.
    public var stop: [String]
    public var seed: UInt64
    /// No run of this many tokens is said twice in one continuation; 0 lets them.
    public var noRepeat: Int

    public init(
        temperature: Double = 0.7, topP: Double = 0.9, topK: Int = 0, maxNewTokens: Int = 256, stop: [String] = [], seed: UInt64 = 0,
        noRepeat: Int = 0
    ) {
        self.temperature = temperature
        self.topP = topP
        self.topK = topK
        self.maxNewTokens = maxNewTokens
        self.stop = stop
        self.seed = seed
        self.noRepeat = noRepeat
    }

    public static func greedy(maxNewTokens: Int) -> Sampling { Sampling(temperature: 0, topP: 1, maxNewTokens: maxNewTokens) }
}

/// A model's answer.
public struct Completion: Sendable, Equatable {
    public enum End: String, Sendable { case stop, length }
    public var text: String
    public var end: End
    public var tokenCount: Int
    /// The mean log-probability of the tokens sampled, in nats, under the model itself at temperature 1; nil where the backend gives none.
    public var meanLogProbability: Double?
    /// Their sum, the end of the turn included: the log-probability of the whole answer.
    public var logProbability: Double? { meanLogProbability.map { $0 * Double(tokenCount) } }

    public init(text: String, end: End, tokenCount: Int, meanLogProbability: Double? = nil) {
        self.text = text
        self.end = end
        self.tokenCount = tokenCount
        self.meanLogProbability = meanLogProbability
    }
}

/// The log-probabilities, in nats, of a continuation, one a token.
public struct LogLikelihood: Sendable, Equatable {
    public var tokens: [Int]
    public var logProbabilities: [Double]
    public var total: Double { logProbabilities.reduce(0, +) }

    public init(tokens: [Int], logProbabilities: [Double]) {
        self.tokens = tokens
        self.logProbabilities = logProbabilities
    }
}
