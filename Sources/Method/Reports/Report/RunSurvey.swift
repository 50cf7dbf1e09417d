import Ground
import Records
import Stages

/// What is measured of a run for its report. Every record is read once; memory does not grow with their number.
public struct RunSurvey: Sendable {
    /// What stood in one file.
    struct FileCount: Sendable {
        var label: String
        var counts: [RecordKind: Int] = [:]
        var broken = 0
        /// Why reading ended before the file did.
        var fault: String?
        func count(_ kinds: RecordKind...) -> Int { kinds.reduce(0) { $0 + (counts[$1] ?? 0) } }
    }

    private(set) var files: [FileCount] = []
    private(set) var stages: [StageCounts] = []
    private(set) var trainings: [TrainingCurve] = []
    private(set) var losses: [MeasuredLoss] = []

    private(set) var passages = Population()
    private(set) var pairs = Population()
    private(set) var kept = Population()
    private(set) var rewritten = Population()
    private(set) var seeds = Population()

    private(set) var scores = Histogram(1...5, bins: 40)
    private(set) var keptScores = Histogram(1...5, bins: 40)
    private(set) var masses = Histogram(0...1, bins: 20)
    private(set) var gains = Histogram(-20...60, bins: 40)
    private(set) var judges = TopCounts(capacity: 128)
    private(set) var preferences = 0
    /// Whether a judge gave scores, and not likelihoods alone.
    private(set) var judgesScores = false
    /// What a comparison of models came to: the base, the last model, and how the two differ.
    private(set) var outcome: RunOutcome?
    private(set) var tasks: [TaskFigures] = []
    private(set) var imitations: [ImitationFigures] = []
    private(set) var scalings: [ScalingFigures] = []
    private(set) var calibrations: [CalibrationFigures] = []

    /// Reasons of rejects by stage and kind ("dropped", "broken"), as the files of rejects have them.
    private(set) var rejects: [String: TopCounts] = [:]
    /// The threshold that a reason was held against, where it was the same for all.
    private(set) var thresholds: [String: String] = [:]
    private(set) var brokenReasons = TopCounts(capacity: 64)
    /// The first unreadable places.
    private(set) var brokenPlaces: [String] = []

    /// The rated pairs, and those that have no rating.
    private(set) var ratedSample: PairSample
    private(set) var pairSample: PairSample

    /// Reads everything. Throws where a file that was named cannot be opened; a file that is torn is named in the report.
    public init(_ run: RunFiles, pairs size: Int = 20) throws {
        ratedSample = PairSample(size: size)
        pairSample = PairSample(size: size)
        for model in run.models {
            var training = TrainingCurve(label: model.label)
            training.notes = model.notes
            trainings.append(training)
        }
        for file in run.files { try read(file) }
    }

    private mutating func read(_ file: RunFiles.File) throws {
        var count = FileCount(label: file.label)
        var training = TrainingCurve(label: file.model ?? file.label)
        var likelihoods = RatioTally()
        var faults: [String: Int] = [:], places: [String] = []
        var seen = 0
        do {
            var source = try RecordSource([file.path])
            while let item = try source.next() {
                seen += 1
                if seen.isMultiple(of: 1024) { try Task.checkCancellation() }
                switch item.content {
                case .item(let record):
                    let kind = RecordKind.of(record.object)
                    count.counts[kind, default: 0] += 1
                    switch kind {
                    case .step: _ = training.add(record.object)
                    case .likelihood:
                        if let total = record.object["log_prob"]?.double, let tokens = record.object["tokens"]?.array?.count, tokens > 0 {
                            likelihoods.add(-total, per: Double(tokens))
                        }
                    default: take(record.object, kind, of: file.label)
                    }
                case .broken(_, let rejection):
                    count.broken += 1
                    faults[rejection.reason, default: 0] += 1
                    if places.count < Self.mostPlaces { places.append("\(file.label):\(item.place.line): \(rejection)") }
                }
            }
        } catch  where (error is FileError || error is StageError) && (seen > 0 || !file.isNamed) {
            count.fault = "\(error)".replacing(file.path, with: file.label)
        }
        if let index = trainings.firstIndex(where: { $0.label == training.label }) {
            training.notes = trainings[index].notes
            trainings[index] = training
        } else if training.steps > 0 {
            trainings.append(training)
        }
        if likelihoods.count > 0 { losses.append(MeasuredLoss(label: file.label, tally: likelihoods, source: file.label)) }
        // A folder may hold JSON of others, which is passed over; lines of records are not.
        let isForeign = !file.isNamed && file.label.hasSuffix(".json") && count.fault == nil && !count.counts.contains { $0.key != .other }
        guard !isForeign else { return }
        files.append(count)
        for (reason, number) in faults { brokenReasons.add(reason, count: number) }
        brokenPlaces += places.prefix(Self.mostPlaces - brokenPlaces.count)
    }

    private static let mostPlaces = 8

    private mutating func take(_ record: JSONObject, _ kind: RecordKind, of label: String) {
        switch kind {
        case .passage: passages.add(record)
        case .seed: seeds.add(record)
        case .preference: preferences += 1
        case .pair:
            pairs.add(record)
            pairSample.offer(PairView(record))
        case .rewritten: rewritten.add(record)
        case .kept:
            kept.add(record)
            rate(record, isKept: true)
        case .unselected: rate(record, isKept: false)
        case .reject: reject(record)
        case .summary: if let stage = StageCounts(record, label: label) { stages.append(stage) }
        case .comparison:
            outcome = RunOutcome(record) ?? outcome
            for model in record["models"]?.array ?? [] {
                guard let object = model.object, let name = object["model"]?.string else { continue }
                if let loss = MeasuredLoss(object, label: name, source: label) { losses.append(loss) }
            }
        case .loss: if let loss = MeasuredLoss(record, label: label, source: label) { losses.append(loss) }
        case .tasks: tasks += (record["tasks"]?.array ?? []).compactMap(\.object).compactMap { TaskFigures($0) }
        case .imitation:
            if let found = ImitationFigures(record) { imitations.append(found) }
            tasks += (record["tasks"]?.array ?? []).compactMap(\.object).compactMap { TaskFigures($0) }
        case .scaling: if let found = ScalingFigures(record) { scalings.append(found) }
        case .calibration: if let found = CalibrationFigures(record) { calibrations.append(found) }
        case .step, .likelihood, .prompt, .place, .other: break
        }
    }

    private mutating func rate(_ record: JSONObject, isKept: Bool, rejection: Rejection? = nil) {
        if let score = record["score"]?.double {
            scores.add(score)
            if isKept { keptScores.add(score) }
        }
        for rating in (record["ratings"]?.array ?? []).compactMap({ $0.object.flatMap(Rating.init) }) {
            judges.add("\(rating.rubric): \(rating.judge)")
            if let gain = rating.gain {
                gains.add(gain)
            } else {
                judgesScores = true
                masses.add(rating.mass)
            }
        }
        ratedSample.offer(PairView(record, rejection: rejection ?? (isKept ? nil : Rejection("not selected"))))
    }

    private mutating func reject(_ record: JSONObject) {
        let stage = record["rejected_by"]?.string ?? "", kind = record["kind"]?.string ?? "dropped", reason = record["reason"]?.string ?? ""
        // Stages and kinds are few; a hostile file may claim any number of them.
        let key = "\(stage) \(kind)"
        if rejects[key] != nil || rejects.count < 64 { rejects[key, default: TopCounts(capacity: 256)].add(reason) }
        if let threshold = record["threshold"], threshold != .null {
            let text = threshold.string ?? threshold.serialized, name = "\(stage) \(reason)"
            if let before = thresholds[name] {
                if before != text { thresholds[name] = "" }
            } else if thresholds.count < 1024 {
                thresholds[name] = String(text.prefix(60))
            }
        }
        if record["score"]?.double != nil, record["instruction"] != nil {
            let rejection = Rejection(reason, value: record["value"] ?? .null, threshold: record["threshold"] ?? .null)
            rate(record, isKept: false, rejection: rejection)
        }
    }
}

/// What a record of a run is to its report.
enum RecordKind: String, Sendable, CaseIterable {
    case passage = "passages"
    case pair = "pairs"
    case kept = "kept pairs"
    case unselected = "rated pairs that were not selected"
    case rewritten = "rewritten pairs"
    case prompt = "new prompts"
    case place = "places for new prompts"
    case preference = "preferences"
    case seed = "seed pairs"
    case reject = "rejects"
    case likelihood = "likelihoods"
    case step = "steps of a training"
    case summary = "summaries"
    case comparison = "comparisons of models"
    case loss = "measured losses"
    case tasks = "figures of tasks"
    case imitation = "checks for imitation"
    case scaling = "curves over numbers of pairs"
    case calibration = "calibrations"
    case other = "records of another kind"

    static func of(_ record: JSONObject) -> RecordKind {
        if record["rejected_by"]?.string != nil, record["reason"]?.string != nil { return .reject }
        if record["step"]?.integer != nil, record["loss"] != nil, record["learning_rate"] != nil { return .step }
        if record["stage"]?.string != nil, record["read"]?.integer != nil, record["kept"]?.integer != nil { return .summary }
        if record["log_prob"]?.double != nil, record["continuation"] != nil { return .likelihood }
        if record["reference"]?.string != nil, record["instructions"]?.integer != nil { return .imitation }
        if record["models"]?.array != nil { return .comparison }
        if record["tasks"]?.array != nil { return .tasks }
        if record["sets"]?.array != nil, record["exchange"]?.array != nil { return .scaling }
        if record["fit"]?.array != nil, record["separation"] != nil { return .calibration }
        if record["instruction"]?.string != nil, record["output"] == nil, record["origin"]?.string == Origin.selfplay.rawValue {
            return .prompt
        }
        if record.keys == ["id"], record["id"]?.string?.hasPrefix("prompt-") == true { return .place }
        if record["loss"]?.double != nil, record["bits_per_byte"] != nil { return .loss }
        switch RecordShape.of(record) {
        case .passage: return .passage
        case .pair: return record["origin"]?.string == Origin.rewritten.rawValue ? .rewritten : .pair
        case .ratedPair: return record["selected"]?.bool == false ? .unselected : .kept
        case .preference: return .preference
        case .seed: return .seed
        case .unknown: return .other
        }
    }
}
