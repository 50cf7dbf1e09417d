import Foundation
import Ground
import Synchronization
import Tensors
import Transformer

/// What a run learns from.
public enum TrainingTask: Sendable {
    /// The target tokens of examples: supervised fine-tuning, or pre-training.
    case targets(any ExampleSource)
    /// Better and worse answers.
    case preferences(PreferencePairs, PreferenceLoss)

    func fingerprint() throws -> UInt64 {
        switch self {
        case .targets(let source): return source.fingerprint
        case .preferences(let pairs, let loss):
            var hash = ContentFingerprint(seed: pairs.fingerprint)
            try hash.combine(encoding: loss)
            return hash.bits
        }
    }
}

/// How a run ended.
public struct TrainingOutcome: Sendable, Equatable {
    public enum Ending: Sendable, Equatable {
        /// All steps are done.
        case finished
        /// The held-out loss did not fall any more.
        case stoppedEarly
        /// The task was cancelled; a checkpoint holds everything up to the last whole step.
        case cancelled
    }

    public var ending: Ending
    /// Steps done.
    public var step: Int
    public var lastHeldOutLoss: Double?
    /// The lowest held-out loss after any step.
    public var bestHeldOutLoss: Double?
    /// The step of the best held-out loss; its weights come with `Trainer.restoreBest()`.
    public var bestStep: Int?
    /// The held-out loss of the weights that the run began with, measured before the first step.
    public var baseHeldOutLoss: Double?
    /// Warnings given on the way, torn checkpoints among them.
    public var warnings: [String]

    /// Whether no step brought the held-out loss below that of the weights that the run began with; false where none was measured.
    public var isNoBetterThanBase: Bool {
        guard let best = bestHeldOutLoss, let base = baseHeldOutLoss else { return false }
        return !(best < base)
    }
}

/// Trains a network: forward, backward and update, step by step, with checkpoints from which a run continues exactly.
///
/// The weights of `network` are changed in place, or its adapters where it has some; the weights are frozen then. With the same weights, task and options the final weights have the same bytes,
/// whatever the threads and however often the run was interrupted, at any step, and resumed. A step's examples depend on the step's
/// number alone, so that the position in the data needs no storing.
///
/// The folder of a run holds `checkpoint-NNNNNNNN/` (the newest few), `best/` (the weights of the best held-out loss) and
/// `metrics.jsonl`.
public struct Trainer<R: Real>: Sendable {
    public let network: TransformerNetwork<R>
    public let options: TrainingOptions
    public let task: TrainingTask
    /// Examples that are measured and never trained on; the best weights are those of their lowest loss.
    public let heldOut: [TrainingExample]
    /// Where checkpoints and metrics go; nil keeps nothing.
    public let folder: URL?
    /// Whether the weights have learned something before, so that a first loss of chance is worth a warning.
    public let startsTrained: Bool
    let clock: @Sendable () -> Double

    /// - Parameters:
    ///   - startsTrained: false for weights made at random.
    ///   - clock: seconds since any fixed point, for rates only.
    /// - Throws: `TrainingError.invalidOption`.
    public init(
        network: TransformerNetwork<R>, options: TrainingOptions, task: TrainingTask, heldOut: [TrainingExample] = [], folder: URL? = nil,
        startsTrained: Bool = true, clock: @escaping @Sendable () -> Double = { ProcessInfo.processInfo.systemUptime }
    ) throws {
        try options.validate()
        self.network = network
        self.options = options
        self.task = task
        self.heldOut = heldOut.map { $0.cut(to: network.configuration.contextLength) }.filter { $0.targetCount > 0 }
        self.folder = folder
        self.startsTrained = startsTrained
        self.clock = clock
    }

    /// Runs to the end on a thread of its own; cancelling the task ends the run in order, with a checkpoint of its last whole step.
    ///
    /// - Parameters:
    ///   - resuming: continue from the newest whole checkpoint, or begin where there is none; the network must hold the weights that
    ///     the run began with. Without it a folder that holds checkpoints is refused.
    ///   - progress: called after every step, on the training thread.
    /// - Throws: `TrainingError`; after `notANumber` the last checkpoint still holds good weights.
    public func run(
        resuming: Bool = false, progress: @escaping @Sendable (TrainingProgress) -> Void = { _ in }
    ) async throws -> TrainingOutcome {
        let isCancelled = CancellationFlag()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let thread = Thread {
                    continuation.resume(
                        with: Result { try runBlocking(resuming: resuming, isCancelled: { isCancelled.isRaised }, progress: progress) })
                }
                thread.stackSize = 16 << 20
                thread.start()
            }
        } onCancel: {
            isCancelled.raise()
        }
    }

    /// The same on the caller's thread, which must not be one of the cooperative pool; `isCancelled` is asked before every
    /// micro-batch.
    public func runBlocking(
        resuming: Bool = false, isCancelled: () -> Bool = { false }, progress: (TrainingProgress) -> Void = { _ in }
    ) throws -> TrainingOutcome {
        try TrainingRun(self).run(resuming: resuming, isCancelled: isCancelled, progress: progress)
    }

    /// Reads the weights of the best held-out loss of this folder's run into the network; false where none were kept.
    public func restoreBest() throws -> Bool {
        guard let folder, FileManager.default.fileExists(atPath: folder.appending(path: TrainingRun<R>.bestName).path) else { return false }
        let weights = Trainable.values(network).map { $0.tensor.blob($0.name) }
        _ = try CheckpointStore(folder: folder, kept: options.keptCheckpoints).read(
            TrainingRun<R>.bestName, fingerprints(), into: weights)
        return true
    }

    /// What must agree for a run to be continued.
    func fingerprints() throws -> [String: String] {
        var heldOutHash = ContentFingerprint()
        heldOut.forEach { heldOutHash.combine($0) }
        var networkHash = ContentFingerprint()
        networkHash.combine(try network.configuration.json(storage: .float32))
        try networkHash.combine(encoding: network.adapters?.settings)
        if network.base != nil { networkHash.combine(FrozenBase<R>.scheme) }
        if network.adapters != nil {
            // Frozen weights are not in the checkpoint, so they must be the same ones.
            for (_, tensor) in network.parameters.named { tensor.combine(into: &networkHash) }
        }
        return [
            "network": networkHash.hexadecimal, "options": hexadecimal(try options.fingerprint()),
            "data": hexadecimal(try task.fingerprint()), "held-out data": heldOutHash.hexadecimal,
            CheckpointStore.precision: network.compute.products.rawValue,
        ]
    }
}

/// A flag that one thread raises and another looks at.
private final class CancellationFlag: Sendable {
    private let value = Atomic<Bool>(false)
    var isRaised: Bool { value.load(ordering: .relaxed) }
    func raise() { value.store(true, ordering: .relaxed) }
}
