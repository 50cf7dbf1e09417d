import Stages

extension Arguments {
    /// Runs a data stage as its flags say; where it did not go well, a person is told what to do.
    func stage(concurrency: Int, _ body: (StageOptions) async throws -> StageSummary) async throws -> ExitStatus {
        var options = StageOptions(
            inputs: operands, output: self[SharedOptions.output], limit: self[SharedOptions.limit], sample: self[SharedOptions.sample],
            rejects: self[SharedOptions.rejects], maxBroken: self[SharedOptions.maxBroken], exclude: self[SharedOptions.exclude],
            summary: self[SharedOptions.summary], quiet: self[SharedOptions.quiet], resume: self[SharedOptions.resume],
            force: self[SharedOptions.force], concurrency: concurrency)
        options.fields = fieldNames
        options.shard = self[SharedOptions.shard]
        if hasOption("emit-batch"), let emitting = try RemoteModels.emitting(options, self) {
            let summary = try await body(emitting)
            guard !summary.isInterrupted else { return .interrupted }
            try RemoteModels.endEmitting(self)
            return .done
        }
        let summary = try await body(options)
        if summary.isInterrupted {
            complain("humpback \(summary.stage): interrupted" + (options.output == nil ? "." : "; --resume goes on from here."))
            return .interrupted
        }
        if let advice = summary.advice {
            complain("humpback \(summary.stage): \(advice)")
            return .nothingLeft
        }
        guard summary.exitStatus == 0 else {
            complain(
                "humpback \(summary.stage): more than \(shortest(100 * options.maxBroken)) % of the records were broken"
                    + (summary.firstFault.map { ", the first at \($0). " } ?? ". ")
                    + (options.rejects.map { "\($0) says which and why" } ?? "--rejects FILE says which and why")
                    + "; --max-broken SHARE lets more pass.")
            return .tooMuchBroken
        }
        return .done
    }
}
