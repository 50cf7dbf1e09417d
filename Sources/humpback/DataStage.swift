import Records

extension Arguments {
    /// What the flags of a data stage say.
    func stageOptions(concurrency: Int, inputs: [String]? = nil) -> StageOptions {
        StageOptions(
            inputs: inputs ?? operands, output: self[SharedOptions.output], limit: self[SharedOptions.limit],
            sample: self[SharedOptions.sample], rejects: self[SharedOptions.rejects], maxBroken: self[SharedOptions.maxBroken],
            exclude: self[SharedOptions.exclude], summary: self[SharedOptions.summary], quiet: self[SharedOptions.quiet],
            resume: self[SharedOptions.resume], force: self[SharedOptions.force], concurrency: concurrency)
    }
}

extension ExitStatus {
    /// How a stage's run ended.
    init(_ summary: StageSummary) {
        self = summary.isInterrupted ? .interrupted : summary.exitStatus == 0 ? .done : .tooMuchBroken
    }
}
