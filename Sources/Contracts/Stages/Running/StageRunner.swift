import Foundation
import Ground
import Records

/// Runs a stage: items in, a transform with a bounded number in flight, outcomes out in input order.
///
/// The output does not depend on the number in flight, and an interrupted run that is resumed writes the bytes of an undisturbed one.
/// Memory is bounded by the number in flight and by 64 MiB of items read ahead, 16 MiB of those worked on together.
public struct StageRunner: Sendable {
    public var stage: String
    /// What makes the output what it is besides the input: model, prompt, options, seed. `--resume` refuses other ones and names the
    /// field that differs.
    public var settings: JSONObject
    public var options: StageOptions
    /// Takes personal data out of what goes to `--rejects`.
    public var redact: @Sendable (inout JSONObject) -> Void
    /// What happens one item at a time, in order.
    public var orderedStep: OrderedStep?
    /// What must see everything before anything is written.
    public var deferral: Deferral?
    /// Items that are quickly done are worked on together until they have this many bytes, as handing over each would take longer than the
    /// work; 0 for one at a time. It changes the speed, never the output.
    public var batchBytes = 0
    /// Files that stand beside those that are read and are not, by what they are, for the account at the end.
    public var notRead: [String: Int] = [:]

    public init(
        stage: String, settings: JSONObject, options: StageOptions, redact: @escaping @Sendable (inout JSONObject) -> Void = { _ in },
        orderedStep: OrderedStep? = nil
    ) {
        self.stage = stage
        self.settings = settings
        self.options = options
        self.redact = redact
        self.orderedStep = orderedStep
    }

    /// As above, with everything that makes the output what it is in one fingerprint.
    public init(
        stage: String, fingerprint: String, options: StageOptions, redact: @escaping @Sendable (inout JSONObject) -> Void = { _ in },
        orderedStep: OrderedStep? = nil
    ) {
        self.init(
            stage: stage, settings: ["fingerprint": .string(fingerprint)], options: options, redact: redact, orderedStep: orderedStep)
    }

    /// Runs the transform over the records of the options' inputs.
    ///
    /// A `Rejection` that the transform throws makes its record broken; a record of another stage ends the run with an error if it is
    /// the first, and is broken later; any other error ends the run after all before it have been written.
    public func run(transform: @escaping @Sendable (InputRecord) async throws -> Outcome) async throws -> StageSummary {
        let options = options
        return try await run(over: { try options.records() }) { [try await transform($0)] }
    }

    /// Runs the transform over the items of a source. `makeSource` is called on the reading thread, twice where a sample is taken.
    public func run<Source: StageSource>(
        over makeSource: @escaping @Sendable () throws -> Source,
        transform: @escaping @Sendable (Source.Item) async throws -> [Outcome]
    ) async throws -> StageSummary {
        try await run(over: makeSource, yield: { StageYield(try await transform($0)) })
    }

    /// As above, with marks beside the outcomes.
    public func run<Source: StageSource>(
        over makeSource: @escaping @Sendable () throws -> Source,
        yield transform: @escaping @Sendable (Source.Item) async throws -> StageYield
    ) async throws -> StageSummary {
        let (settings, exclusion) = try wholeSettings()
        var progress = try StageWriter.check(options, stage: stage, settings: settings)
        warnOfUnfinishedInputs()
        if let begun = progress, !begun.unanswered.isEmpty, orderedStep == nil, deferral == nil,
            FileStatus.areReadableTwice(options.inputs)
        {
            let reading = StageReading(
                open: makeSource, sample: options.sample, limit: nil, exclusion: exclusion, output: options.output ?? "-")
            progress = try await StageMending(
                stage: stage, options: options, reading: reading, redact: redact, transform: transform
            ).mended(begun)
        }
        let reading = StageReading(
            open: makeSource, sample: options.sample, limit: options.limit, exclusion: exclusion,
            shard: options.shard, done: deferral == nil ? progress?.prefix : nil, output: options.output ?? "-", batchBytes: batchBytes / 2)
        let mostEntries = batchBytes > 0 ? Int.max : max(64, 2 * options.concurrency)
        let feed = StageFeed<Source.Item>.start(mostEntries: mostEntries, mostBytes: mostBytes) { try reading.read(into: $0) }
        var flow = StageFlow(
            runner: self, settings: settings, exclusion: exclusion, progress: progress, feed: feed,
            meter: ProgressMeter(stage: stage, isQuiet: options.quiet), transform: transform)
        return try await flow.run()
    }

    static let shardSetting = "shard"

    /// The settings with what the options add to them, and what is to be left out.
    private func wholeSettings() throws -> (JSONObject, Exclusion?) {
        var settings = settings
        if let sample = options.sample { settings["sample"] = .integer(sample) }
        if let shard = options.shard { settings[Self.shardSetting] = .string(shard.description) }
        if !options.fields.named.isEmpty { settings["fields"] = .object(options.fields.settings) }
        let exclusion = try options.exclude.map { file throws in try Exclusion(file: file) }
        if let exclusion { settings["exclude"] = .string(hexadecimal(exclusion.fingerprint)) }
        return (settings, exclusion)
    }

    /// What stands in the place of the output before a run.
    public enum Standing: Sendable, Equatable {
        case nothing
        /// What an earlier run left unfinished, or would try again.
        case begun
        case finished(StageSummary)
    }

    /// What stands there; throws where the run would be refused.
    public func standing() throws -> Standing {
        guard let progress = try StageWriter.check(options, stage: stage, settings: wholeSettings().0) else { return .nothing }
        guard progress.isFinished, progress.unanswered.isEmpty else { return .begun }
        var summary = StageSummary(stage: stage, maxBroken: options.maxBroken)
        summary.takeUp(progress.counts)
        return .finished(summary)
    }

    /// Bytes of items read ahead, and bytes of items started.
    var mostBytes: Int { batchBytes > 0 ? max(16 << 20, 2 * options.concurrency * batchBytes) : 64 << 20 }

    /// Lets the ordered step see what an earlier run wrote, once the output has been cut back to that.
    func remember(_ progress: ProgressFile?) throws {
        guard let step = orderedStep, let progress, progress.prefix.items > 0, let output = options.output else { return }
        let path = StagePlaces(options, isBeside: progress.isBeside).present(output)
        if progress.output.length > 0 {
            var source = try RecordSource([path], longest: Int.max / 4)
            while let item = try source.next() { if case .item(let record) = item.content { step.remember(record.object) } }
        }
        for line in progress.output.tail.split(separator: "\n") { step.remember(try JSONObject(parsing: String(line))) }
    }

    /// Says which inputs are the output of a run that was interrupted, or is still running.
    private func warnOfUnfinishedInputs() {
        guard !options.quiet else { return }
        for input in options.inputs where input != "-" {
            guard let progress = try? ProgressFile.read(beside: input), !progress.isFinished else { continue }
            let words = "\(stage): \(input) is not finished; `humpback \(progress.stage)` with --resume finishes it\n"
            StandardStreams.say(words)
        }
    }
}
