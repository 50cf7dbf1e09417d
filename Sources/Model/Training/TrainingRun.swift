import Foundation
import Ground
import Tensors
import Transformer

/// One run of a `Trainer`: the loop, and what it remembers.
final class TrainingRun<R: Real> {
    static var bestName: String { "best" }

    private let trainer: Trainer<R>
    private let options: TrainingOptions
    private let store: CheckpointStore?
    private let fingerprints: [String: String]
    private let gradients: Gradients<R>
    private let trainables: [Trainable<R>]
    private let optimizer: Optimizer<R>
    private let targetStep: TargetTokenStep<R>
    private let preferenceStep: PreferenceStep<R>?
    private var state = TrainerState()
    private var savedStep: Int?
    private var warnings: [String] = []
    /// What is to be said of checkpoints that were left out, with the first step that follows; the metrics do not know of it.
    private var restoring: String?

    init(_ trainer: Trainer<R>) throws {
        let network = trainer.network
        self.trainer = trainer
        options = trainer.options
        store = trainer.folder.map { CheckpointStore(folder: $0, kept: trainer.options.keptCheckpoints) }
        fingerprints = try trainer.fingerprints()
        (trainables, gradients) = Trainable.all(network)
        optimizer = Optimizer(trainables, options.optimizer, weightDecay: options.weightDecay, compute: network.compute)
        targetStep = TargetTokenStep(network: network, tokenBudget: options.microBatchTokens)
        if case .preferences(let pairs, let loss) = trainer.task {
            preferenceStep = PreferenceStep(network: network, pairs: pairs, loss: loss, tokenBudget: options.microBatchTokens)
        } else {
            preferenceStep = nil
        }
    }

    func run(resuming: Bool, isCancelled: () -> Bool, progress report: (TrainingProgress) -> Void) throws -> TrainingOutcome {
        try restore(resuming: resuming)
        if state.step == 0, let preferenceStep, !preferenceStep.measureReference(isCancelled: isCancelled) { return outcome(.cancelled) }
        var metrics = try trainer.folder.map {
            try FileManager.default.createDirectory(at: $0, withIntermediateDirectories: true)
            return try MetricsLog(path: $0.appending(path: "metrics.jsonl").path, keeping: state.metricsBytes)
        }
        guard try measureBase(isCancelled, report) else { return outcome(.cancelled) }
        let (startTime, startStep) = (trainer.clock(), state.step)
        var tokensSinceStart = 0
        while state.step < options.steps && !state.isStoppedEarly {
            let step = state.step
            let own = step == 0 ? ownLoss(isCancelled) : nil
            let stepResult = forwardBackward(step, isCancelled)
            gradients.settle(on: trainer.network.compute)
            guard let result = stepResult else {
                trainables.forEach { $0.gradient.fill(0) }
                try save()
                return outcome(.cancelled)
            }
            guard result.loss.isFinite else { throw TrainingError.notANumber(step: step, what: "the loss") }
            let norm = optimizer.gradientNorm()
            guard norm.isFinite else { throw TrainingError.notANumber(step: step, what: "the gradient") }
            let rate = options.schedule.rate(at: step)
            let scale = options.clipNorm.map { norm > $0 ? $0 / norm : 1 } ?? 1
            optimizer.update(step: step, learningRate: rate, gradientScale: scale)
            state.step += 1
            state.tokensRead += result.tokens
            tokensSinceStart += result.tokens

            var warning = follow(result.loss)
            if step == 0, preferenceStep == nil {
                warning = TrainingAdvice.firstLoss(
                    result.loss, own: own, heldOut: state.baseHeldOutLoss, dropout: greatestDropout,
                    vocabulary: trainer.startsTrained ? trainer.network.configuration.vocabularySize : nil)
            }
            var heldOutLoss: Double?
            if isDue(options.heldOutEvery), !trainer.heldOut.isEmpty {
                // A cancelled measurement would change what the resumed run does: the step before stays the last one.
                heldOutLoss = targetStep.loss(trainer.heldOut) { false }
                if let loss = heldOutLoss { warning = try judge(loss) ?? warning }
            }
            let seconds = trainer.clock() - startTime
            let perStep = seconds / Double(state.step - startStep)
            let standing = TrainingProgress(
                step: state.step, steps: options.steps, loss: result.loss, learningRate: rate, gradientNorm: norm, tokens: result.tokens,
                targetTokens: result.targetTokens, tokensPerSecond: seconds > 0 ? Double(tokensSinceStart) / seconds : 0,
                secondsLeft: perStep * Double(options.steps - state.step), memoryBytes: PeakMemory.bytes(), heldOutLoss: heldOutLoss,
                preference: result.preference, warning: warning)
            if let warning { warnings.append("step \(state.step): \(warning)") }
            try metrics?.append(standing, seconds: seconds, start: step == 0 ? start : nil)
            state.metricsBytes = metrics?.byteCount ?? 0
            if isDue(options.checkpointEvery) || state.isStoppedEarly { try save() }
            report(restoring.map { standing.saying($0) } ?? standing)
            restoring = nil
        }
        return outcome(state.isStoppedEarly ? .stoppedEarly : .finished)
    }

    // MARK: - Before the first step

    /// Measures the held-out loss of the weights that the run begins with; false where it was cancelled on the way.
    private func measureBase(_ isCancelled: () -> Bool, _ report: (TrainingProgress) -> Void) throws -> Bool {
        guard state.step == 0, state.baseHeldOutLoss == nil, !trainer.heldOut.isEmpty else { return true }
        guard let loss = targetStep.loss(trainer.heldOut, isCancelled: isCancelled) else { return false }
        guard loss.isFinite else { throw TrainingError.notANumber(step: 0, what: "the base's own loss on the held-out examples") }
        state.baseHeldOutLoss = loss
        report(
            TrainingProgress(
                step: 0, steps: options.steps, loss: .nan, learningRate: 0, gradientNorm: 0, tokens: 0, targetTokens: 0, tokensPerSecond: 0,
                secondsLeft: .infinity, memoryBytes: PeakMemory.bytes(), heldOutLoss: loss))
        return true
    }

    /// The loss of the first step's examples without dropout, where there is dropout to tell it from.
    private func ownLoss(_ isCancelled: () -> Bool) -> Double? {
        guard greatestDropout > 0, case .targets(let source) = trainer.task else { return nil }
        return targetStep.loss((0..<options.batch).map(source.example), isCancelled: isCancelled)
    }

    private var greatestDropout: Double { max(options.dropout, trainer.network.adapters?.settings.dropout ?? 0) }

    private var start: MetricsLog.Start { MetricsLog.Start(options: options, heldOutLoss: state.baseHeldOutLoss) }

    // MARK: - A step

    private func forwardBackward(_ step: Int, _ isCancelled: () -> Bool) -> StepResult? {
        let seed = KeyedRandom(seed: options.seed).keyed(UInt64(step)).bits
        let draws = step * options.batch..<(step + 1) * options.batch
        switch trainer.task {
        case .targets(let source):
            return targetStep.forwardBackward(
                draws.map(source.example), dropout: options.dropout, seed: seed, gradients: gradients, isCancelled: isCancelled)
        case .preferences(let pairs, _):
            return preferenceStep?.forwardBackward(
                draws.map(pairs.index), dropout: options.dropout, seed: seed, gradients: gradients, isCancelled: isCancelled)
        }
    }

    private func isDue(_ every: Int) -> Bool { state.step % every == 0 || state.step == options.steps }

    /// Follows the loss, half of the running mean from the last ten steps; returns a warning where it diverges.
    private func follow(_ loss: Double) -> String? {
        let keep = 0.933
        let smoothed = state.smoothedLoss.map { keep * $0 + (1 - keep) * loss } ?? loss
        let lowest = min(state.lowestSmoothedLoss ?? smoothed, smoothed)
        state.smoothedLoss = smoothed
        state.lowestSmoothedLoss = lowest
        guard let advice = TrainingAdvice.divergence(smoothed: smoothed, lowest: lowest) else { return nil }
        // The next warning compares with where the loss is now, so that one divergence is said once.
        state.lowestSmoothedLoss = smoothed
        return advice
    }

    /// Remembers a held-out loss, keeps the weights of a new best one, and decides whether to stop early.
    private func judge(_ loss: Double) throws -> String? {
        let previous = state.lastHeldOutLoss
        state.lastHeldOutLoss = loss
        guard let best = state.bestHeldOutLoss, let bestStep = state.bestStep, !(loss < best) else {
            state.bestHeldOutLoss = loss
            state.bestStep = state.step
            state.measurementsWithoutBest = 0
            try store?.write(manifest, weightBlobs, to: Self.bestName)
            return nil
        }
        state.measurementsWithoutBest += 1
        if let patience = options.patience, state.measurementsWithoutBest >= patience { state.isStoppedEarly = true }
        return TrainingAdvice.heldOutRise(
            loss: loss, previous: previous, best: best, bestStep: bestStep, base: state.baseHeldOutLoss, training: state.smoothedLoss,
            dropout: greatestDropout, measurements: state.measurementsWithoutBest)
    }

    private func outcome(_ ending: TrainingOutcome.Ending) -> TrainingOutcome {
        TrainingOutcome(
            ending: ending, step: state.step, lastHeldOutLoss: state.lastHeldOutLoss, bestHeldOutLoss: state.bestHeldOutLoss,
            bestStep: state.bestStep, baseHeldOutLoss: state.baseHeldOutLoss, warnings: warnings)
    }

    // MARK: - Checkpoints

    private var weightBlobs: [CheckpointStore.Blob] { trainables.map { $0.value.blob($0.name) } }

    private var allBlobs: [CheckpointStore.Blob] {
        weightBlobs + optimizer.blobs + [preferenceStep?.reference.blob("reference log-probabilities")].compactMap { $0 }
    }

    private var manifest: CheckpointStore.Manifest {
        .init(step: state.step, fingerprints: fingerprints, progress: state, arrays: [])
    }

    private func save() throws {
        guard let store, savedStep != state.step else { return }
        try store.save(manifest, allBlobs)
        savedStep = state.step
    }

    private func restore(resuming: Bool) throws {
        guard let store else { return }
        guard resuming else {
            guard store.steps().isEmpty else { throw TrainingError.existingRun(folder: store.folder.path) }
            return
        }
        let found = try store.restore(fingerprints, into: allBlobs)
        warnings += found.skipped.map { "a checkpoint was left out: \($0)" }
        if let manifest = found.manifest {
            state = manifest.progress
            savedStep = state.step
        } else if !found.skipped.isEmpty {
            warnings.append("no checkpoint is whole, so the training begins anew")
        }
        restoring = warnings.isEmpty ? nil : warnings.joined(separator: "; ")
    }
}
