import Ground
import Records

/// What a stage must know about a model, and writes into `made_by`.
public struct ModelCard: Sendable, Equatable {
    public var name: String
    /// A hash of the weights, the configuration and the tokenizer; for a remote model, of its address and name.
    public var fingerprint: String
    /// The roles the model was trained for, empty for a plain base model or a remote one, which may play any.
    public var roles: [ModelRole]
    /// "float32", "int8", or "remote".
    public var precision: String
    /// "avx512", "avx2", "scalar", or "remote".
    public var instructionSet: String
    public var contextLength: Int
    /// ISO 639-1 codes of the languages it was trained on; empty means it does not say.
    public var languages: [String]
    /// Whether it gives probabilities of labels and log-likelihoods; a remote model may not.
    public var givesProbabilities: Bool
    /// Whether it says how likely a given text is; a server does not.
    public var givesLogLikelihoods: Bool { givesProbabilities && precision != "remote" }

    /// Whether a backward model was trained on prompts that name the page and the section a text stands in.
    public var readsHeadings: Bool
    /// Whether it brings a chat template of its own; a base model without one continues text, and answers no instruction.
    public var hasChatTemplate: Bool
    /// How the model is best sampled from, where its maker measured it.
    public var sampling: NotedSampling
    /// How its gain is read, where it was fitted; nil is `GainScale.standard`.
    public var gain: GainScale?

    /// Another program that trained it, where the model says so.
    public var trainedBy: String?

    /// How a backward model's signals are combined, where that was fitted.
    public var combination: SignalCombination?
    /// The same with signals that a forward model measures.
    public var combinationWithForward: SignalCombination?

    /// What a model's notes say of sampling; what they leave open is the stage's to choose.
    public struct NotedSampling: Sendable, Equatable {
        public var temperature: Double?
        /// The least length of a run of tokens that an answer does not say twice.
        public var noRepeat: Int?
        /// How many answers are sampled for one to be given.
        public var bestOf: Int?

        public init(temperature: Double? = nil, noRepeat: Int? = nil, bestOf: Int? = nil) {
            self.temperature = temperature
            self.noRepeat = noRepeat
            self.bestOf = bestOf
        }
    }

    public init(
        name: String, fingerprint: String, roles: [ModelRole], precision: String, instructionSet: String, contextLength: Int,
        languages: [String] = [], givesProbabilities: Bool = true, readsHeadings: Bool = false,
        sampling: NotedSampling = .init(), gain: GainScale? = nil, hasChatTemplate: Bool = true,
        combination: SignalCombination? = nil, combinationWithForward: SignalCombination? = nil
    ) {
        self.name = name
        self.fingerprint = fingerprint
        self.roles = roles
        self.precision = precision
        self.instructionSet = instructionSet
        self.contextLength = contextLength
        self.languages = languages
        self.givesProbabilities = givesProbabilities
        self.readsHeadings = readsHeadings
        self.sampling = sampling
        self.gain = gain
        self.hasChatTemplate = hasChatTemplate
        self.combination = combination
        self.combinationWithForward = combinationWithForward
    }
}
