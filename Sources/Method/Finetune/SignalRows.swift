import Ground
import LanguageModels
import Records

/// Who measures what the notes of a backward model are fitted on: rooms that training does not see.
public struct SignalMeasuring: Sendable {
    /// Instructions that the backward model writes for the output of a seed, as it will for passages; fewer where it wrote no more.
    public var instructions: @Sendable (_ backward: any LanguageModel, _ seed: Seed, _ count: Int) async throws -> [String]
    /// The signals of a pair that the backward model and the text give, by name.
    public var signals: @Sendable (_ backward: any LanguageModel, _ instruction: String, _ output: String) async throws -> [String: Double]
    /// Those that a forward model gives.
    public var forwardSignals:
        @Sendable (_ forward: any LanguageModel, _ instruction: String, _ output: String) async throws -> [String: Double]
    /// Opens the forward model; nil leaves its signals out.
    public var openForward: (@Sendable () async throws -> any LanguageModel)?

    public init(
        instructions: @escaping @Sendable (_ backward: any LanguageModel, _ seed: Seed, _ count: Int) async throws -> [String],
        signals:
            @escaping @Sendable (_ backward: any LanguageModel, _ instruction: String, _ output: String) async throws -> [String: Double],
        forwardSignals:
            @escaping @Sendable (_ forward: any LanguageModel, _ instruction: String, _ output: String) async throws -> [String: Double],
        openForward: (@Sendable () async throws -> any LanguageModel)? = nil
    ) {
        self.instructions = instructions
        self.signals = signals
        self.forwardSignals = forwardSignals
        self.openForward = openForward
    }
}

/// The pairs that `SignalFit` learns from: the seeds, their outputs with the instruction of another seed (the lookalikes of `GainFit`, and one
/// at random), their outputs spoilt in ways that leave the topic (`SpoiledAnswer.onTopic`), a slip in their instructions
/// (`SpoiledInstruction`), and their outputs with instructions that the model writes for them.
extension SignalFit {
    struct TestPair: Sendable, Equatable {
        var instruction: String
        var output: String
        var kind: Kind
        var likeness = 0.0
        var group: Int
    }

    /// The good and the bad pairs that some seeds make; they depend on the seeds' texts and order alone.
    static func pairs(of seeds: [Seed]) -> [TestPair] {
        var pairs = GainFit.pairs(of: seeds).map {
            TestPair(instruction: $0.instruction, output: $0.output, kind: $0.isTrue ? .true : .mismatched, group: 0)
        }
        // A true pair stands before the wrong ones of its seed.
        var group = -1
        for index in pairs.indices {
            if pairs[index].kind == .true { group += 1 }
            pairs[index].group = group
        }
        for (group, seed) in seeds.enumerated() {
            var random = KeyedRandom(seed: 0, key: "spoilt \(seed.instruction)\u{0}\(seed.output)")
            if let other = stranger(to: group, in: seeds, random: &random) {
                pairs.append(TestPair(instruction: seeds[other].instruction, output: seed.output, kind: .mismatched, group: group))
            }
            var ways = SpoiledAnswer.onTopic
            random.shuffle(&ways)
            var spoilt: [String] = []
            for way in ways where spoilt.count < spoiltOfSeed {
                if let text = way.spoil(seed.output, with: "", random: &random) { spoilt.append(text) }
            }
            pairs += spoilt.map { TestPair(instruction: seed.instruction, output: $0, kind: .spoilt, group: group) }
            var slips = SpoiledInstruction.allCases
            random.shuffle(&slips)
            for slip in slips {
                guard let text = slip.spoil(seed.instruction, random: &random) else { continue }
                pairs.append(TestPair(instruction: text, output: seed.output, kind: .spoilt, group: group))
                break
            }
        }
        return pairs
    }

    /// What the model writes for the outputs of some seeds, each instruction once.
    static func ownPairs(
        of seeds: [Seed], writing: @escaping @Sendable (_ seed: Seed, _ count: Int) async throws -> [String]
    ) async throws -> [TestPair] {
        let written = try await sideBySide(seeds.indices) { index -> [String] in
            do { return try await writing(seeds[index], ownOfSeed) } catch is Rejection { return [] }
        }
        return zip(seeds, written).enumerated().flatMap { group, entry -> [TestPair] in
            let (seed, instructions) = entry
            let asked = LexicalIndex.words(seed.instruction)
            var known: Set<String> = []
            return instructions.filter { known.insert($0).inserted }.map {
                TestPair(
                    instruction: $0, output: seed.output, kind: .own, likeness: rougeL(LexicalIndex.words($0), asked), group: group)
            }
        }
    }

    /// Of each seed its own pair, one mismatched and one spoilt, and what the model wrote: enough for what is dear to measure.
    static func fewer(_ pairs: [TestPair]) -> [Int] {
        var seen: Set<String> = []
        return pairs.indices.filter { pairs[$0].kind == .own || seen.insert("\(pairs[$0].kind) \(pairs[$0].group)").inserted }
    }

    static let ownOfSeed = 2
    private static let spoiltOfSeed = 2

    private static func stranger(to index: Int, in seeds: [Seed], random: inout KeyedRandom) -> Int? {
        for _ in 0..<20 {
            let other = random.nextInt(below: seeds.count)
            let isOther = other != index && seeds[other].output != seeds[index].output
            if isOther, LexicalIndex.jaccard(seeds[other].instruction, seeds[index].instruction) < 0.5 { return other }
        }
        return nil
    }

    /// The signals of pairs, in their order; nil for a pair that cannot be measured.
    static func values(
        of pairs: [TestPair], measure: @escaping @Sendable (_ instruction: String, _ output: String) async throws -> [String: Double]
    ) async throws -> [[String: Double]?] {
        try await sideBySide(pairs.indices) { index in
            do { return try await measure(pairs[index].instruction, pairs[index].output) } catch is Rejection { return nil }
        }
    }

    static func rows(_ pairs: [TestPair], _ values: [[String: Double]?]) -> [Row] {
        zip(pairs, values).compactMap { pair, values in
            values.map { Row(values: $0, kind: pair.kind, likeness: pair.likeness, group: pair.group) }
        }
    }
}
