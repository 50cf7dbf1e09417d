import Training

/// When the held-out loss is measured, and on how many examples, so that watching a training costs a stated share of it.
///
/// A measurement is a forward pass, a third of the work of training on the same tokens. All of them together, the one before the first step
/// and the one after the last included, take at most a fifth of the training's work and are seven at most; where even those two would take
/// more, they are made on fewer examples, evenly chosen.
struct HeldOutWatch: Sendable {
    /// Steps between two measurements.
    let every: Int
    /// The examples that are measured.
    let examples: [TrainingExample]
    private let steps: Int
    private let given: Int

    /// The most that measuring takes of the work of training.
    static let share = 0.2
    /// What a token costs that is measured, against one that is trained on.
    static let forwardCost = 1.0 / 3
    /// The most measurements after the first step.
    static let most = 6
    /// The fewest examples that tell something.
    static let fewestExamples = 16

    /// - Parameters:
    ///   - trainedTokens: what all steps read.
    ///   - every: the steps between two measurements where somebody said them; nothing is left out then.
    init(steps: Int, trainedTokens: Double, heldOut: [TrainingExample], every: Int?) {
        self.steps = steps
        given = heldOut.count
        if let every {
            self.every = every
            examples = heldOut
            return
        }
        let affordable = Self.share * trainedTokens / Self.forwardCost
        let tokens = Double(max(1, heldOut.reduce(0) { $0 + $1.inputCount }))
        let measurements = Int(min(Double(Self.most), max(1, affordable / tokens - 1)))
        self.every = max(1, steps / measurements + (steps.isMultiple(of: measurements) ? 0 : 1))
        let count = min(heldOut.count, max(Self.fewestExamples, Int(Double(heldOut.count) * min(1, affordable / tokens / 2))))
        examples = (0..<count).map { heldOut[$0 * heldOut.count / count] }
    }

    /// What is measured when, in words that follow others.
    var summary: String {
        guard !examples.isEmpty else { return "" }
        let pairs = examples.count < given ? "\(examples.count) of \(given) pairs held out" : "\(given) pairs held out"
        return "; loss of \(pairs) before the first step and " + (every < steps ? "every \(every) steps" : "after the last")
    }
}
