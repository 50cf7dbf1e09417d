import Finetune
import Foundation
import LanguageModels
import Records

/// What the loops on preferences have in common: where they stand, what they read, how they train.
public struct PreferenceLoopPlan: Sendable {
    /// Everything the loop makes stands here; the same command again goes on from here.
    public var directory: URL
    public var seedFiles: [String]
    /// What the files of seeds and held-out pairs call instruction and output.
    public var fields = FieldNames()
    /// Pairs that no training sees: a file, or a number of seeds to keep back; nil takes a tenth of the seeds, chosen by hash, and at most 200.
    public var heldOut: String?
    /// Starts from the base itself instead of training it on the seeds first.
    public var takesBaseAsItIs = false
    public var iterations: Int
    public var sampling: Sampling
    /// Seeds used, chosen by hash; nil uses all.
    public var limit: Int?
    /// Trains the first model on the seeds alone for as many steps, to compare with.
    public var comparesContinued = false
    /// How every model of the loop is trained, and from which base; roles, loss and output are each step's own. Its learning rate is that of
    /// preferences.
    public var training: FinetunePlan
    /// Steps of the first training, on the seeds; nil takes those of `training`, or the number of rows decides.
    public var firstSteps: Int?
    /// The learning rate of trainings on the seeds; nil goes by the model's size.
    public var firstLearningRate: Double?
    /// The share of broken records above which a stage counts as failed.
    public var maxBroken = 0.05
    public var quiet = false

    public init(directory: URL, seedFiles: [String], training: FinetunePlan, iterations: Int, sampling: Sampling) {
        self.directory = directory
        self.seedFiles = seedFiles
        self.training = training
        self.iterations = iterations
        self.sampling = sampling
    }

    /// The training on the seeds.
    func onSeeds(steps: Int? = nil) -> FinetunePlan {
        var plan = training
        plan.steps = steps ?? firstSteps ?? training.steps
        plan.learningRate = firstLearningRate
        return plan
    }
}
