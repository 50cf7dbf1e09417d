import Augment
import Curate
import Finetune
import Foundation
import Ingest
import LanguageModels
import Records

/// What a whole run of instruction backtranslation is made of: what its stages are told, each in the stage's own words.
public struct BacktranslationPlan: Sendable {
    /// Everything the run makes stands here; a run that was interrupted goes on from here.
    public var directory: URL
    /// Pages, folders of pages, or passages in JSONL.
    public var corpus: [String]
    public var seedFiles: [String]
    /// What the files of seeds and held-out pairs call instruction and output.
    public var fields = FieldNames()
    /// Pairs that no training sees, to compare the models on: a file, or a number of seeds to keep back; nil takes a tenth of the seeds, chosen by
    /// hash, and at most 200.
    public var heldOut: String?
    /// The paper reports two.
    public var iterations: Int
    /// Passages used, chosen by hash; nil uses all.
    public var limit: Int?
    /// A file of ids, URLs or domains of pages to leave out.
    public var exclude: String?
    /// How every model of the run is trained, and from which base; roles and output are each step's own.
    public var training: FinetunePlan
    /// Another program that trains in the place of ours.
    public var trainWith: OutsideTraining?
    public var ingest: IngestOptions
    public var augment: AugmentOptions
    /// A backward model of one's own, a folder or the address of a server, in the place of one that is trained on the seeds.
    public var backward: String?
    /// A judge of one's own, in the place of those that are trained from each iteration's model.
    public var judge: String?
    /// How the judge is asked; nil asks none, and likelihoods alone rate.
    public var judgement: Judgement?
    /// Which rated pairs are kept; nil asks for the paper's score, and where no pair has it takes the best `fallbackShare`.
    public var selection: Selection?
    /// The share of broken records above which a stage counts as failed.
    public var maxBroken: Double
    public var quiet: Bool

    /// What is taken of the pairs where none has the paper's score and the caller asked for no other selection.
    public static let fallbackShare = 0.25

    public init(
        directory: URL, corpus: [String], seedFiles: [String], training: FinetunePlan, iterations: Int = 2,
        judgement: Judgement? = .trained, augment: AugmentOptions = AugmentOptions(), ingest: IngestOptions = IngestOptions(),
        maxBroken: Double = 0.05, quiet: Bool = false
    ) {
        self.directory = directory
        self.corpus = corpus
        self.seedFiles = seedFiles
        self.training = training
        self.iterations = iterations
        self.judgement = judgement
        self.augment = augment
        self.ingest = ingest
        self.maxBroken = maxBroken
        self.quiet = quiet
    }
}
