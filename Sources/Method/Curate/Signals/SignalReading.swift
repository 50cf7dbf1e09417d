import Ground
import LanguageModels
import Records

/// Measures the signals of pairs, those that are wanted, with the models that are at hand.
public struct SignalReading: Sendable {
    public var wanted: Set<Signal>
    public var backward: (any LanguageModel)?
    public var forward: (any LanguageModel)?
    /// The plain base model.
    public var base: (any LanguageModel)?
    public var nearness: SeedNearness?
    /// Counts the tokens of outputs.
    public var counter: (any LanguageModel)?
    private let neutral: NeutralLikelihoods

    public init(
        wanted: Set<Signal>, backward: (any LanguageModel)? = nil, forward: (any LanguageModel)? = nil, base: (any LanguageModel)? = nil,
        nearness: SeedNearness? = nil, counter: (any LanguageModel)? = nil, neutral: NeutralLikelihoods = NeutralLikelihoods()
    ) {
        self.neutral = neutral
        self.wanted = wanted
        self.backward = backward
        self.forward = forward
        self.base = base
        self.nearness = nearness
        self.counter = counter ?? backward ?? base ?? forward
    }

    /// The signals of a pair. One that cannot be measured of it (its text does not fit a context) is left out.
    ///
    /// - Parameters:
    ///   - measure: what the score was made from, so that no likelihood is asked for twice.
    ///   - judged: the judge's expected score.
    func values(of pair: Pair, measure: PairGain.Measure? = nil, judged: Double? = nil) async throws -> [Signal: Double] {
        var found = OutputSignals.values(pair.output)
        func note(_ signal: Signal, _ value: Double?) { if let value { found[signal] = value } }
        note(.judge, judged)
        if wants(.length), let counter { note(.length, Double(try await counter.tokenCount(of: pair.output))) }
        let words = Double(max(1, pair.instruction.split(whereSeparator: \.isWhitespace).count))
        var backwardly = measure.map { (gain: $0.backwardGain, loss: $0.instructionLoss) }
        if let backward {
            if wants(.backwardGain, .backwardGainAWord, .instructionLoss, .meanGain), backwardly == nil {
                backwardly = try await fitting {
                    let found = try await BackwardGain(backward: backward).measure(pair.instruction, from: pair.output)
                    return (found.gain, found.loss)
                }
            }
            if wants(.textLoss) { note(.textLoss, try await fitting { try await OutputLoss.ofText(pair.output, in: backward) }) }
        }
        note(.backwardGain, backwardly?.gain)
        note(.backwardGainAWord, backwardly.map { $0.gain / words })
        note(.instructionLoss, backwardly?.loss)
        if wants(.forwardGain, .forwardGainAWord, .meanGain, .forwardLoss) {
            var forwardly = measure?.forward
            if forwardly == nil, let forward {
                forwardly = try await fitting {
                    try await ForwardGain(forward: forward, neutral: neutral).measure(pair.output, after: pair.instruction)
                }
            }
            note(.forwardGain, forwardly?.gain)
            note(.forwardGainAWord, forwardly.map { $0.gain / words })
            note(.forwardLoss, forwardly?.loss)
        }
        if let one = found[.backwardGain], let other = found[.forwardGain] { note(.meanGain, (one + other) / 2) }
        if let base, wants(.baseLoss, .aloneLoss, .difficulty) {
            @Sendable func loss(_ instruction: String) async throws -> Double {
                try await OutputLoss.behind(instruction, room: pair.instruction, of: pair.output, in: base)
            }
            note(.baseLoss, try await fitting { try await loss(pair.instruction) })
            if wants(.aloneLoss, .difficulty) { note(.aloneLoss, try await fitting { try await loss("") }) }
            if let told = found[.baseLoss], let alone = found[.aloneLoss] {
                note(.difficulty, InstructionFollowingDifficulty.ratio(told: told, alone: alone))
            }
        }
        if let nearness, wants(.nearness) { note(.nearness, try await fitting { try await nearness.nearness(of: pair) }) }
        return found.filter { wanted.contains($0.key) && $0.value.isFinite }
    }

    private func wants(_ signals: Signal...) -> Bool { signals.contains(where: wanted.contains) }

    /// Nil where a text does not fit.
    private func fitting<Value>(_ work: () async throws -> Value) async throws -> Value? {
        do { return try await work() } catch let rejection as Rejection {
            if rejection.isPassing { throw rejection }
            return nil
        }
    }

    /// The values as a record has them, in the order of `Signal`, six decimals each.
    static func object(_ values: [Signal: Double]) -> JSONObject {
        JSONObject(Signal.allCases.compactMap { signal in values[signal].map { (signal.rawValue, .double(ExpectedScore.rounded($0))) } })
    }

    static func named(_ values: [Signal: Double]) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: values.map { ($0.key.rawValue, $0.value) })
    }

    /// What makes two readings give the same.
    var settings: JSONObject {
        func model(_ model: (any LanguageModel)?) -> JSONValue {
            model.map { .string("\($0.card.fingerprint) \($0.card.precision)") } ?? .null
        }
        let names = Signal.allCases.filter(wanted.contains).map { JSONValue.string($0.rawValue) }
        return [
            "wanted": .array(names), "backward": model(backward), "forward": model(forward), "base": model(base), "counter": model(counter),
            "seeds": nearness.map { .string(hexadecimal($0.fingerprint)) } ?? .null,
        ]
    }
}

extension SignalReading {
    /// The signals that a backward model and the text give, by name: what `finetune` fits `SignalCombination` over.
    public static func ofBackwardAlone(
        _ backward: any LanguageModel, instruction: String, output: String
    ) async throws -> [String: Double] {
        let reading = SignalReading(wanted: Set(Signal.ofBackwardAlone), backward: backward)
        let pair = try Pair(["instruction": .string(instruction), "output": .string(output), "origin": "seed"])
        return named(try await reading.values(of: pair))
    }

    /// Those that a forward model gives; `neutral` keeps what pairs of one output share.
    public static func ofForwardAlone(
        _ forward: any LanguageModel, instruction: String, output: String, neutral: NeutralLikelihoods
    ) async throws -> [String: Double] {
        let reading = SignalReading(wanted: Set(Signal.ofForwardAlone), forward: forward, neutral: neutral)
        let pair = try Pair(["instruction": .string(instruction), "output": .string(output), "origin": "seed"])
        return named(try await reading.values(of: pair))
    }
}
