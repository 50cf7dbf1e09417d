import Foundation
import Ground
import Synchronization
import Tensors
import Tokenization
import Training
import Transformer

/// What every training command does around the trainer: weights in, a run that can be killed and resumed, a model folder out.
///
/// While it runs, checkpoints and metrics stand in `OUTPUT.training`; the model folder appears whole at the end, with the metrics in it,
/// and the checkpoints go.
public struct TrainingJob: Sendable {
    public var network: TransformerNetwork<Float>
    public var task: TrainingTask
    public var heldOut: [TrainingExample]
    public var options: TrainingOptions
    public var tokenizer: Tokenizer
    /// What the model folder says of the model, the adapters' too.
    public var card: ModelFolder.Card
    public var storage: StorageFormat
    public var output: URL
    /// Which weights the output holds; without held-out examples those of the last step.
    public var keeps = KeptWeights.last
    public var resumes: Bool
    public var replaces: Bool
    /// The path of the base, as it was given; adapters name it, so that they can be opened as a model.
    public var basePath: String?
    /// What the notes say beside, once the weights are there to be asked: given a folder that holds them; nil adds nothing.
    public var finishedNotes: (@Sendable (URL, ModelNotes) async throws -> ModelNotes)?
    /// false for weights made at random, of which nothing is expected at first.
    public var startsTrained = true

    /// The folder, inside the model's, of the last step's weights where the model has the best ones: a model folder, or adapters.
    public static let lastName = "last"

    /// The folder, inside the model's, of the adapters that were merged into it, in PEFT's format.
    public static let adapterName = "adapter"

    /// What a training run left behind.
    public struct Result: Sendable {
        public var folder: ModelFolder
        public var outcome: TrainingOutcome
        /// Held-out loss after each measurement, in nats a target token.
        public var heldOutLosses: [(step: Int, loss: Double)]
        /// Which step's weights the folder holds, in words.
        public var weights = "the last step"

        /// Says so where no step was better than the base on the held-out examples; the folder then still holds trained weights, for a
        /// training that gives back what it was given would pass for one that worked.
        public var baseWarning: String? {
            guard outcome.isNoBetterThanBase, let best = outcome.bestHeldOutLoss, let base = outcome.baseHeldOutLoss else { return nil }
            return String(
                format:
                    "no step brought the held-out loss (%.4f at best) below the base's own (%.4f): the base does better on these pairs than "
                    + "what was made of it. Lower the learning rate (to a third), or give more pairs, or keep to the base", best, base)
        }
    }

    /// The folder of checkpoints and metrics of a run towards `output`.
    public static func workplace(of output: URL) -> URL {
        output.deletingLastPathComponent().appending(path: output.lastPathComponent + ".training")
    }

    /// Whether the output of a run that resumes is there already, whole, so that nothing is left to do; what a killed run has left beside
    /// it goes.
    ///
    /// A model folder appears whole under its name, and only then its checkpoints are removed. Where both stand, the metrics in the folder
    /// tell whether the checkpoints led to it, or to one that is to replace it.
    public static func isFinished(_ output: URL) throws -> Bool {
        let workplace = workplace(of: output)
        try checkWorkplace(of: output)
        try clearLeftovers(of: output)
        guard FileManager.default.fileExists(atPath: output.appending(path: "config.json").path) else { return false }
        guard FileManager.default.fileExists(atPath: workplace.path) else { return true }
        let metrics = [output, workplace].map { FileManager.default.contents(atPath: $0.appending(path: MetricsFile.name).path) }
        guard metrics[1] == nil || metrics[0] == metrics[1] else { return false }
        try AtomicRemoval.remove(workplace)
        return true
    }

    /// Throws unless the output may be made: an existing one is neither overwritten nor mixed up without being asked for.
    public static func checkOutput(_ output: URL, resumes: Bool, replaces: Bool) throws {
        let files = FileManager.default
        try checkWorkplace(of: output)
        try clearLeftovers(of: output)
        let isUnfinished = files.fileExists(atPath: workplace(of: output).path)
        if files.fileExists(atPath: output.path), !replaces {
            throw resumes && isUnfinished
                ? FinetuneError.unfinishedReplacement(output.path) : FinetuneError.outputExists(output.path)
        }
        if AtomicFolder.refusal(to: output, by: ModelFolder.refusalToReplace) != nil { throw FinetuneError.noModelToReplace(output.path) }
        if replaces, !resumes { try AtomicRemoval.remove(workplace(of: output)) }
        if !resumes, isUnfinished, !replaces { throw FinetuneError.unfinishedRun(workplace(of: output).path) }
    }

    /// Throws where `OUTPUT.training` is somebody else's, since what stands in it goes when the model is there.
    private static func checkWorkplace(of output: URL) throws {
        let workplace = workplace(of: output)
        guard FileStatus.isAnything(workplace.path) else { return }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workplace.path)) ?? []
        let isOurs = names.isEmpty || names.contains(where: isTrainings)
        guard FileStatus.isFolder(workplace.path), !FileStatus.isLink(workplace.path), isOurs else {
            throw FileError.inTheWay(file: workplace.path, what: "the checkpoints of the training")
        }
    }

    /// Whether a training gives this name to what it writes into its folder; hidden names are of what is not whole yet.
    private static func isTrainings(_ name: String) -> Bool {
        let parts = name.drop { $0 == "." }.split(separator: ".", maxSplits: 1)
        guard let stem = parts.first else { return false }
        return name == MetricsFile.name || name == TrainingLock.name || stem.hasPrefix("checkpoint-")
            || name.hasPrefix(".\(MetricsFile.name).") || name.hasPrefix(".\(TrainingLock.name).") || stem == "best"
            || ["tokenizer", "draft", lastName, adapterName].contains(name)
            // So Foundation calls a file until it is whole.
            || name.hasPrefix(".dat.nosync")
    }

    /// Takes away what killed runs towards this output have left half written or half removed.
    private static func clearLeftovers(of output: URL) throws {
        try AtomicRemoval.clear(workplace(of: output))
        let place = output.deletingLastPathComponent()
        let names = (try? FileManager.default.contentsOfDirectory(atPath: place.path)) ?? []
        let (prefix, suffix) = (".\(output.lastPathComponent).", ".part")
        for name in names where name.hasPrefix(prefix) && name.hasSuffix(suffix) && name.count == prefix.count + 8 + suffix.count {
            try FileManager.default.removeItem(at: place.appending(path: name))
        }
    }

    /// Trains to the end and writes the model folder; a cancelled run leaves its checkpoint and throws `FinetuneError.interrupted`.
    public func run(progress: @escaping @Sendable (TrainingProgress) -> Void) async throws -> Result {
        let workplace = Self.workplace(of: output)
        let trainer = try Trainer(
            network: network, options: options, task: task, heldOut: heldOut, folder: workplace, startsTrained: startsTrained)
        let losses = HeldOutCurve()
        let outcome = try await trainer.run(resuming: resumes) { step in
            if let loss = step.heldOutLoss { losses.append(step.step, loss) }
            progress(step)
        }
        if outcome.ending == .cancelled { throw FinetuneError.interrupted(workplace.path) }
        let tokenizerFolder = workplace.appending(path: "tokenizer")
        try FileManager.default.createDirectory(at: tokenizerFolder, withIntermediateDirectories: true)
        try tokenizer.write(to: tokenizerFolder)
        var inside: [String] = []
        var weights = "step \(outcome.step)"
        if keeps != .last, outcome.bestStep != nil, outcome.bestStep != outcome.step {
            if keeps == .both {
                inside.append(Self.lastName)
                try saveLast(to: workplace.appending(path: Self.lastName), tokenizerOf: tokenizerFolder)
            }
            if try trainer.restoreBest() { weights = "step \(outcome.bestStep ?? outcome.step), the best" }
        }
        let adapters = network.adapters
        if let adapters {
            // Weights are made once, so exactly.
            var exact = network.compute
            exact.products = .float32
            adapters.merge(into: network.parameters, on: exact)
        }
        let card = try await finishedCard(in: workplace, tokenizerOf: tokenizerFolder)
        if let adapters {
            inside.append(Self.adapterName)
            try save(adapters, card, to: workplace.appending(path: Self.adapterName))
        }
        var files = card.licenceFiles
        if let metrics = try? Data(contentsOf: workplace.appending(path: "metrics.jsonl")) { files["metrics.jsonl"] = metrics }
        let folder = try ModelFolder.save(
            network.parameters, as: storage, generation: card.generation, notes: card.notes, files: files,
            folders: inside.map { workplace.appending(path: $0) }, tokenizerOf: tokenizerFolder, replacing: replaces, to: output)
        try AtomicRemoval.remove(workplace)
        return Result(folder: folder, outcome: outcome, heldOutLosses: losses.values, weights: weights)
    }
}

extension TrainingJob {
    /// The card with the notes that the trained weights themselves give.
    private func finishedCard(in workplace: URL, tokenizerOf tokenizerFolder: URL) async throws -> ModelFolder.Card {
        guard let finishedNotes else { return card }
        let draft = workplace.appending(path: "draft")
        try ModelFolder.save(
            network.parameters, as: storage, generation: card.generation, notes: card.notes, tokenizerOf: tokenizerFolder,
            replacing: true, to: draft)
        var card = card
        card.notes = try await finishedNotes(draft, card.notes)
        try AtomicRemoval.remove(draft)
        return card
    }

    private func saveLast(to place: URL, tokenizerOf tokenizerFolder: URL) throws {
        if let adapters = network.adapters {
            try save(adapters, card, to: place)
        } else {
            try ModelFolder.save(
                network.parameters, as: storage, generation: card.generation, notes: card.notes, files: card.licenceFiles,
                tokenizerOf: tokenizerFolder, replacing: true, to: place)
        }
    }

    private func save(_ adapters: Adapters<Float>, _ card: ModelFolder.Card, to place: URL) throws {
        try AdapterFolder.save(adapters, base: basePath ?? card.notes.base ?? "", card: card, replacing: true, to: place)
    }
}

/// Collects held-out losses on the training thread.
private final class HeldOutCurve: Sendable {
    private let points = Mutex<[(step: Int, loss: Double)]>([])
    var values: [(step: Int, loss: Double)] { points.withLock { $0 } }
    func append(_ step: Int, _ loss: Double) { points.withLock { $0.append((step, loss)) } }
}
