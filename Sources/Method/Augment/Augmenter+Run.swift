import Records
import Stages

extension Augmenter {
    /// Predicts instructions for the passages of the options' inputs and writes the candidate pairs in the passages' order.
    public func run(_ stage: StageOptions) async throws -> StageSummary {
        try await StageRunner(stage: "augment", settings: settings, options: stage)
            .run(over: { try stage.records() }) { record in
                try await pairs(from: try Passage(record.object))
            }
    }
}
