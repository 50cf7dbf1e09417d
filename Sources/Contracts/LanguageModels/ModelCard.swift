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

    /// Whether a backward model was trained on prompts that name the page and the section a text stands in.
    public var readsHeadings: Bool
    /// Whether it brings a chat template of its own; a base model without one continues text, and answers no instruction.
    public var hasChatTemplate: Bool
    /// How the model is best drawn from, where its maker measured it; nil is the method's usual way.
    public var drawing: Drawing?

    /// When a backward model asks about a phrase of the passage in words that are given, and only says which.
    public enum AboutPhrases: String, Sendable, CaseIterable {
        case never
        /// Where no request that it wrote freely passed.
        case otherwise
        case always
    }

    public struct Drawing: Sendable, Equatable {
        public var temperature: Double?
        /// The scale of the guidance by the text; 1 is none.
        public var guidance: Double?
        /// The least length of a run of tokens that an answer does not say twice.
        public var noRepeat: Int?
        /// The least log-probability, in nats, of a whole request that is worth keeping.
        public var minLogProbability: Double?
        /// The least score, from 1 to 5, that a request must have from this model as a judge.
        public var minScore: Double?
        /// As a judge of requests, it is not asked where the writer was told page or section: it never read such requests.
        public var leavesHeaded: Bool?
        /// How often a request is drawn until it passes.
        public var attempts: Int?
        /// When a passage gets a request about one of its phrases instead of one that the model writes freely.
        public var aboutPhrases: AboutPhrases?
        /// How many answers are drawn for one to be given.
        public var bestOf: Int?

        public init(
            temperature: Double? = nil, guidance: Double? = nil, noRepeat: Int? = nil, minLogProbability: Double? = nil,
            minScore: Double? = nil, leavesHeaded: Bool? = nil, attempts: Int? = nil, aboutPhrases: AboutPhrases? = nil, bestOf: Int? = nil
        ) {
            self.temperature = temperature
            self.guidance = guidance
            self.noRepeat = noRepeat
            self.minLogProbability = minLogProbability
            self.minScore = minScore
            self.leavesHeaded = leavesHeaded
            self.attempts = attempts
            self.aboutPhrases = aboutPhrases
            self.bestOf = bestOf
        }
    }

    public init(
        name: String, fingerprint: String, roles: [ModelRole], precision: String, instructionSet: String, contextLength: Int,
        languages: [String] = [], givesProbabilities: Bool = true, readsHeadings: Bool = false,
        drawing: Drawing? = nil, hasChatTemplate: Bool = true
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
        self.drawing = drawing
        self.hasChatTemplate = hasChatTemplate
    }
}
