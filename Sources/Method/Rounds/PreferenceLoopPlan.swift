import Finetune
import Foundation
import LanguageModels
import Records

/// What the loops on preferences have in common: where they stand, what they read, how they train.
public struct PreferenceLoopPlan: Sendable {
    /// Everything the loop makes stands here; the same command again goes on from here.
    public var directory: URL
    public var seedFiles: [String]
    /// Pairs that no training sees; nil takes a tenth of the seeds, chosen by hash, and at most 200.
    public var heldOutFile: String?
    public var base: URL
    /// Starts from the base itself instead of training it on the seeds first.
    public var takesBaseAsItIs = false
    public var iterations: Int
    /// Optimizer steps of each training; nil lets the number of rows decide.
    public var steps: Int?
    /// The learning rate of preferences; nil goes by the model's size.
    public var learningRate: Double?
    public var batch: Int?
    public var sampling: Sampling
    /// Seeds used, chosen by hash; nil uses all.
    public var limit: Int?
    /// Trains the first model on the seeds alone for as many steps, to compare with.
    public var comparesContinued = false
    public var memoryBytes: Int?
    public var seed: UInt64 = 0
    public var threads: Int
    public var quiet = false

    public init(directory: URL, seedFiles: [String], base: URL, iterations: Int, sampling: Sampling, threads: Int) {
        self.directory = directory
        self.seedFiles = seedFiles
        self.base = base
        self.iterations = iterations
        self.sampling = sampling
        self.threads = threads
    }

    /// Seeds to train on and pairs to measure on, read from the files.
    func seeds() throws -> (training: [Seed], heldOut: [Seed]) {
        var all = try SeedFile.read(seedFiles).seeds
        if let limit, limit < all.count { all = SeedFile.split(all, holdingOut: limit).heldOut }
        guard !all.isEmpty else { throw FinetuneError.noSeeds }
        if let heldOutFile { return (all, try SeedFile.read([heldOutFile]).seeds) }
        return SeedFile.split(all, holdingOut: min(200, max(1, all.count / 10)))
    }

    /// The options that decide what is made, apart from data and base.
    var fingerprint: String {
        RecordID.make(
            heldOutFile ?? "", "\(takesBaseAsItIs)", steps.map(String.init) ?? "", learningRate.map { "\($0)" } ?? "",
            batch.map(String.init) ?? "", "\(sampling)", "\(seed)")
    }

    /// The parts of a training that the loop's own options decide.
    func apply(to plan: inout FinetunePlan) {
        plan.steps = steps
        plan.memoryBytes = memoryBytes
        plan.seed = seed
        guard plan.loss.isPreference else { return }
        plan.batch = batch
        plan.learningRate = learningRate
    }
}
