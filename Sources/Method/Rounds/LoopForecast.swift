import Finetune
import Foundation

/// What the steps of a loop are, how things stand with each, and what those that are to be done will take.
///
/// Tokens of trainings are counted; those of stages are estimated from the texts that are there. Seconds go by a few seconds' work of the base
/// on this machine. Passages that are not there yet are taken to be one for every 4,000 bytes of pages, or `--limit`.
public struct LoopForecast: Sendable {
    /// A step before it is done.
    public struct Line: Sendable {
        public var step: String
        public var output: String
        /// "done", "begun", "not done yet", "again: seeds changed".
        public var state: String
        public var isDone: Bool
        /// "420 rows, 158 steps of 8".
        public var what: String
        public var tokens: Int?
        public var seconds: Double?
        public var memoryBytes: Int?
        public var diskBytes: Int?
        public var passingDiskBytes = 0
    }

    public private(set) var lines: [Line] = []

    init(_ steps: [LoopStep], _ survey: LoopSurvey) async throws {
        let exists = FileManager.default.fileExists(atPath: survey.folder.directory.path)
        let journal = exists ? try RunJournal(directory: survey.folder.directory) : nil
        var states: [StepState] = []
        for step in steps { states.append(try await journal?.state(of: step) ?? .open("not done yet")) }
        let pace = states.allSatisfy { $0 == .done } ? nil : try await survey.pace()
        var pages = 0
        for case .reading(let bytes) in steps.map(\.kind) { pages = bytes }
        let known = states.first == .done ? try survey.passageCount() : nil
        let passages = known ?? (min(survey.limit ?? .max, max(1, pages / 4000)), min(survey.limit ?? .max, max(1, pages / 4000)) * 1500)
        for (step, state) in zip(steps, states) {
            var line = Line(step: step.name, output: step.output, state: "done", isDone: state == .done, what: "")
            if case .open(let why) = state { line.state = why }
            if state == .begun { line.state = "begun, goes on" }
            if let pace, state != .done { try Self.estimate(&line, step.kind, survey, pace, passages) }
            lines.append(line)
        }
    }

    /// Of an instruction with what stands around it; what prompts begin with alike is computed once for all.
    private static let requestTokens = 30.0

    private static func estimate(
        _ line: inout Line, _ kind: StepKind, _ survey: LoopSurvey, _ pace: LoopSurvey.Pace, _ passages: (count: Int, bytes: Int)
    ) throws {
        let passageTokens = Double(passages.bytes) / max(1, pace.bytesPerToken)
        switch kind {
        case .reading(let bytes):
            line.what = "\(bytes >> 10) KiB of pages"
            line.seconds = Double(bytes) / 5e6
            line.diskBytes = passages.bytes * 2
        case .training(let plan, let prompt, let further):
            let rows =
                switch further {
                case .none: 0
                case .selected: Int(Double(passages.count) * survey.selectedShare)
                case .preferences: survey.preferences
                }
            // A training from a model that is not there yet is one of the same shape.
            var shaped = plan
            shaped.base = survey.base.base
            if shaped.roles.isEmpty { shaped.roles = [.forward] }
            var cost = try Finetuner(plan: shaped, judgePrompt: prompt).forecast(
                seeds: survey.seeds, further: further == .selected ? rows : 0)
            if further == .preferences { cost.tokens *= 3 }
            line.what = "\(cost.rows) rows, \(cost.steps) steps of \(cost.batch)"
            line.tokens = cost.tokens
            line.seconds = pace.training > 0 ? Double(cost.tokens) / pace.training : nil
            (line.memoryBytes, line.diskBytes, line.passingDiskBytes) = (cost.memoryBytes, cost.diskBytes, cost.passingDiskBytes)
        case .writing(let records, let tokens):
            let count = records ?? passages.count
            let read = records == nil ? passageTokens : Double(count) * pace.seedTokens
            line.what = "\(count) \(records == nil ? "passages" : "prompts"), about \(tokens) tokens written for each"
            line.tokens = Int(read) + count * tokens
            line.seconds = read / pace.reading + Double(count * tokens) / pace.writing
            line.diskBytes = Int(Double(count * tokens) * pace.bytesPerToken) + (records == nil ? passages.bytes * 2 : count * 2000)
        case .rating(let long, let short):
            let pairs = Double(passages.count)
            let tokens = Double(long) * (passageTokens + Self.requestTokens * pairs) + Double(short) * Self.requestTokens * pairs
            line.what = "\(passages.count) pairs, read \(long == 1 ? "once" : "\(long) times")"
            line.tokens = Int(tokens)
            line.seconds = tokens / pace.reading
            line.diskBytes = passages.bytes * 3
        case .measuring(let pairs):
            line.what = "\(pairs) held-out pairs"
            line.tokens = Int(Double(pairs) * pace.seedTokens)
            line.seconds = Double(pairs) * pace.seedTokens / pace.reading
        case .sorting:
            line.seconds = 0
        }
        if line.memoryBytes == nil, line.tokens != nil { line.memoryBytes = try survey.folder.models.memory(survey.base.base.path) }
    }
}
