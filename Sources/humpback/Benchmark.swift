import Finetune
import Foundation
import Inference
import LanguageModels
import Training
import Transformer

/// What `humpback bench` times, part by part.
struct Benchmark {
    enum Part: String, Sendable, CaseIterable { case scoring, judging, generation, stream, training }

    /// The network in question: a folder's, or a shape with random weights.
    enum Subject: Sendable {
        case folder(URL, TransformerConfiguration)
        case shape(ModelShape)

        var configuration: TransformerConfiguration {
            switch self {
            case .folder(_, let configuration): configuration
            case .shape(let shape): shape.configuration
            }
        }

        var name: String {
            switch self {
            case .folder(let place, _): place.lastPathComponent
            case .shape(let shape): shape.name
            }
        }
    }

    /// What was measured; a part that was not timed is nil.
    struct Result: Sendable {
        var name: String
        var precision: String
        var instructionSet: String
        var threads: Int
        var configuration: TransformerConfiguration
        var peaks: MachinePeaks
        var layerOperations: Int
        var headOperations: Int
        var bytesRead: Int
        var loadSeconds: Double
        /// Operations a second of the products alone.
        var productOperations: Double?
        var prompts: Int
        var scoringSeconds: Double?
        var judgingSeconds: Double?
        var generationSeconds: Double?
        var streamTokensPerSecond: Double?
        var trainingTokensPerSecond: Double?
        var notes: [String] = []
        var peakMemoryBytes = 0
    }

    static let scoredTokens = 600
    /// Of the scored tokens, those that a judge's prompts share.
    static let rubricTokens = 400
    static let promptTokens = 400
    static let newTokens = 32
    static let streamTokens = 128

    let subject: Subject
    let parts: [Part]
    let prompts: Int
    private let precision: Precision
    private let threads: Int
    private let sequences: Int
    private let cache: PackedCacheUse

    init(subject: Subject, parts: [Part], prompts: Int, _ arguments: Arguments) throws {
        self.subject = subject
        self.parts = parts
        self.prompts = prompts
        precision = arguments[SharedOptions.precision]
        threads = arguments.threadCount
        sequences = arguments[SharedOptions.batch]
        cache = arguments.packedCache
    }

    func run() async throws -> Result {
        var result = try await inference()
        if parts.contains(.training) {
            do {
                result.trainingTokensPerSecond = try await TrainingBenchmark.tokensPerSecond(subject.configuration, threads: threads)
            } catch let error as ModelError {
                result.notes.append("training was left out: \(error)")
            }
        }
        result.peakMemoryBytes = PeakMemory.bytes()
        return result
    }

    private func inference() async throws -> Result {
        let start = ContinuousClock.now
        let timing = try opened()
        let loaded = ContinuousClock.now - start
        let network = timing.network
        var result = Result(
            name: subject.name, precision: precision.rawValue, instructionSet: timing.instructionSet, threads: threads,
            configuration: network.configuration, peaks: await timing.machinePeaks(), layerOperations: network.layerOperations,
            headOperations: network.headOperations, bytesRead: network.bytesRead, loadSeconds: loaded / .seconds(1), prompts: prompts)
        let context = network.configuration.contextLength
        guard context >= Self.scoredTokens else {
            result.notes.append("the context of \(context) tokens is too short for prompts of \(Self.scoredTokens)")
            return result
        }
        // Untimed, so that pages are there and threads awake.
        _ = try await timing.scoring(prompts: 2, tokens: 64)
        if parts.contains(.scoring) { result.productOperations = await timing.productOperations() }
        if parts.contains(.scoring) { result.scoringSeconds = try await timing.scoring(prompts: prompts, tokens: Self.scoredTokens) }
        if parts.contains(.judging) {
            result.judgingSeconds = try await timing.scoring(prompts: prompts, tokens: Self.scoredTokens, shared: Self.rubricTokens)
        }
        if parts.contains(.generation) {
            result.generationSeconds = try await timing.generation(prompts: prompts, tokens: Self.promptTokens, newTokens: Self.newTokens)
        }
        if parts.contains(.stream) {
            let one = try await timing.generation(prompts: 1, tokens: 16, newTokens: 1, sampling: .greedy(maxNewTokens: 1))
            let all = try await timing.generation(
                prompts: 1, tokens: 16, newTokens: Self.streamTokens + 1, sampling: .greedy(maxNewTokens: Self.streamTokens + 1))
            result.streamTokensPerSecond = Double(Self.streamTokens) / (all - one)
        }
        return result
    }

    private func opened() throws -> InferenceBenchmark {
        switch subject {
        case .folder(let place, _):
            try InferenceBenchmark(directory: place, precision: precision, threads: threads, sequences: sequences, cache: cache)
        case .shape(let shape):
            try InferenceBenchmark(shape: shape.configuration, precision: precision, threads: threads, sequences: sequences)
        }
    }
}

extension ModelLocator {
    /// The shape, or the model that the arguments name, or the default model's base.
    static func subject(shape: ModelShape?, _ arguments: Arguments) throws -> Benchmark.Subject {
        guard var shape else {
            let place = try folder(arguments[SharedOptions.model], for: nil)
            return .folder(place, try ModelFolder(directory: place).configuration)
        }
        if shape.configuration.vocabularySize == 0 { shape.configuration.vocabularySize = 8192 }
        return .shape(shape)
    }
}
