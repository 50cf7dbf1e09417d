import Augment
import Curate
import Finetune
import Foundation
import Ingest
import LanguageModels
import Records

/// What a whole run of instruction backtranslation is made of.
public struct BacktranslationPlan: Sendable {
    /// Everything the run makes stands here; a run that was interrupted goes on from here.
    public var directory: URL
    /// Pages, folders of pages, or passages in JSONL.
    public var corpus: [String]
    public var seedFiles: [String]
    /// Pairs that no training sees, to compare the models on; nil takes a tenth of the seeds, chosen by hash, and at most 200.
    public var heldOutFile: String?
    public var base: URL
    /// The paper reports two.
    public var iterations: Int
    /// Optimizer steps of each training; nil lets the number of rows decide.
    public var steps: Int?
    public var learningRate: Double?
    /// Passages used; nil uses all.
    public var limit: Int?
    public var judgement: Judgement
    public var minimumScore: Double
    /// Selects by rank instead of by score.
    public var topFraction: Double?
    public var augment: AugmentOptions
    public var ingest: IngestOptions
    public var seed: UInt64
    public var threads: Int
    public var quiet: Bool

    public init(
        directory: URL, corpus: [String], seedFiles: [String], heldOutFile: String? = nil, base: URL, iterations: Int = 2,
        steps: Int? = nil, learningRate: Double? = nil, limit: Int? = nil, judgement: Judgement = .trained, minimumScore: Double = 4.5,
        topFraction: Double? = nil, augment: AugmentOptions = AugmentOptions(), ingest: IngestOptions = IngestOptions(), seed: UInt64 = 0,
        threads: Int, quiet: Bool = false
    ) {
        self.directory = directory
        self.corpus = corpus
        self.seedFiles = seedFiles
        self.heldOutFile = heldOutFile
        self.base = base
        self.iterations = iterations
        self.steps = steps
        self.learningRate = learningRate
        self.limit = limit
        self.judgement = judgement
        self.minimumScore = minimumScore
        self.topFraction = topFraction
        self.augment = augment
        self.ingest = ingest
        self.seed = seed
        self.threads = threads
        self.quiet = quiet
    }

    /// Seeds to train on and pairs to measure on, read from the files.
    func seeds() throws -> (training: [Seed], heldOut: [Seed]) {
        let all = try SeedFile.read(seedFiles).seeds
        if let heldOutFile { return (all, try SeedFile.read([heldOutFile]).seeds) }
        return SeedFile.split(all, holdingOut: min(200, max(1, all.count / 10)))
    }

    /// The options that decide what training makes, apart from its data and base.
    var trainingFingerprint: String {
        RecordID.make(heldOutFile ?? "", steps.map(String.init) ?? "", learningRate.map { "\($0)" } ?? "", "\(seed)")
    }

    /// The options that decide which pairs are kept.
    var selectionFingerprint: String {
        RecordID.make(judgement.rawValue, "\(minimumScore)", topFraction.map { "\($0)" } ?? "")
    }
}
