import Ground
import Transformer

/// What a run takes in memory, and the micro-batch that fits a budget.
///
/// The fixed part is weights, gradients and moments (16 bytes a weight for AdamW in Float; with adapters, 4 bytes a frozen weight and 16 a
/// weight of an adapter; a base multiplied in 8 bits takes about two bytes more a weight) and the logits of one chunk of rows; the rest grows with the tokens of a micro-batch: what each layer keeps for
/// its gradient, and what one layer's gradient needs meanwhile.
public struct MemoryPlan: Sendable, Equatable {
    /// Tokens of one forward and backward pass.
    public let microBatchTokens: Int
    /// Whether only the input of each layer is kept, and the rest computed a second time: a third more work.
    public let recomputesLayers: Bool
    /// What the run takes at most, about.
    public let neededBytes: Int
    /// The part of it that does not grow with the micro-batch: weights, gradients, moments, one chunk of logits.
    public let fixedBytes: Int

    /// The most tokens that are worth a pass: products gain nothing from more rows.
    public static let ampleTokens = 1024

    /// Chooses the most tokens that fit, and recomputes layers only where that is what it takes.
    ///
    /// - Parameters:
    ///   - longest: the tokens of the longest example (or pair), which must fit into one pass.
    ///   - budgetBytes: nil asks for `ampleTokens` without recomputing.
    /// - Throws: `TrainingError.tooLittleMemory`.
    public init(
        configuration: TransformerConfiguration, adapters: AdapterSettings? = nil, basePrecision: BasePrecision = .float32,
        optimizer: TrainingOptions.Optimizer, longest: Int, budgetBytes: Int? = nil, scalarBytes: Int = 4
    ) throws {
        let isRounded = adapters != nil && basePrecision == .int8
        let fixed =
            Self.fixedNumbers(configuration, optimizer, adapters: adapters) * scalarBytes
            + (isRounded ? configuration.frozenBaseBytes + Self.roundedLogitsBytes : 0)
        let ample = max(longest, Self.ampleTokens)
        var smallest = Int.max
        for recomputes in [false, true] {
            let perToken = Self.numbersPerToken(configuration, recomputesLayers: recomputes, adapters: adapters) * scalarBytes
            let budget = budgetBytes ?? fixed + ample * perToken
            // A pass of a few tokens is slow; below 256 recomputing is the better way out.
            let least = recomputes ? longest : max(longest, min(ample, 256))
            smallest = min(smallest, fixed + longest * perToken)
            let tokens = min(ample, (budget - fixed) / perToken)
            guard tokens >= least else { continue }
            microBatchTokens = tokens
            recomputesLayers = recomputes
            neededBytes = fixed + tokens * perToken
            fixedBytes = fixed
            return
        }
        throw TrainingError.tooLittleMemory(neededBytes: smallest, budgetBytes: budgetBytes ?? 0)
    }

    /// The need in words, to be said before anything is loaded.
    public var summary: String {
        let rest = neededBytes - fixedBytes
        return "needs about \(Figures.size(neededBytes)) of memory: \(Figures.size(fixedBytes)) for weights, gradients and moments, "
            + "\(Figures.size(rest)) for \(microBatchTokens) tokens at a time"
            + (recomputesLayers ? ", layers computed twice to save memory (a third more work)" : "")
    }

    /// The gradient by one chunk of logits, rounded.
    private static var roundedLogitsBytes: Int { 2 << 23 }

    static func fixedNumbers(
        _ configuration: TransformerConfiguration, _ optimizer: TrainingOptions.Optimizer, adapters: AdapterSettings? = nil
    ) -> Int {
        let logits = 2 << 23
        if let adapters { return configuration.parameterCount + 4 * weights(of: adapters, configuration) + logits }
        var moments = 2 * configuration.parameterCount
        if case .muon = optimizer {
            let tables = (configuration.tiesEmbeddings ? 1 : 2) * configuration.vocabularySize * configuration.hiddenSize
            moments -= configuration.parameterCount - tables
        }
        // The logits of a chunk, and as much again for packed weights and the runtime.
        return 2 * configuration.parameterCount + moments + logits
    }

    /// The weights of the adapters of all layers.
    private static func weights(of adapters: AdapterSettings, _ configuration: TransformerConfiguration) -> Int {
        let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
        let (query, keyValue) = (configuration.queryWidth, configuration.keyValueWidth)
        let sides = adapters.targets.reduce(0) { sum, target in
            switch target {
            case .query, .output: sum + hidden + query
            case .key, .value: sum + hidden + keyValue
            case .gate, .up, .down: sum + hidden + inner
            }
        }
        return configuration.layerCount * adapters.rank * sides
    }

    static func numbersPerToken(
        _ configuration: TransformerConfiguration, recomputesLayers: Bool, adapters: AdapterSettings? = nil
    ) -> Int {
        let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
        let (query, keyValue) = (configuration.queryWidth, configuration.keyValueWidth)
        var kept = 4 * hidden + 2 * query + 2 * keyValue + 2 * inner + configuration.headCount + 2
        if configuration.form.normalizesHeads { kept += query + keyValue }
        if configuration.form.normalizesOutputs { kept += 2 * hidden }
        // What adapters have in their middle.
        if let adapters { kept += adapters.rank * adapters.targets.count }
        let meanwhile = 4 * inner + 6 * hidden + 3 * query + 2 * keyValue
        return recomputesLayers
            ? configuration.layerCount * hidden + kept + meanwhile : configuration.layerCount * kept + meanwhile
    }
}
