/// Why a stage did not pass records on, with what that is a share of.
struct RejectedReasons: Sendable {
    var stage: String
    var isDropped: Bool
    /// The most frequent first.
    var reasons: [TopCounts.Entry]
    var total: Int
    /// All results of the stage, kept, dropped and broken; nil where no summary tells.
    var outcomes: Int?

    /// Counted by the stages themselves where their summaries are at hand, otherwise from the files of rejects.
    static func groups(of survey: RunSurvey) -> [RejectedReasons] {
        var groups: [RejectedReasons] = []
        let order = ["ingest", "augment", "curate", "select", "rewrite"]
        let names = Set(survey.stages.map(\.stage)).union(
            survey.rejects.keys.compactMap { $0.split(separator: " ").first.map(String.init) })
        for stage in names.sorted(by: { (order.firstIndex(of: $0) ?? 9, $0) < (order.firstIndex(of: $1) ?? 9, $1) }) {
            let summaries = survey.stages.filter { $0.stage == stage }
            let outcomes = summaries.isEmpty ? nil : summaries.reduce(0) { $0 + $1.kept + $1.droppedCount + $1.brokenCount }
            for isDropped in [true, false] {
                var counts = TopCounts(capacity: 512)
                if summaries.isEmpty {
                    counts = survey.rejects["\(stage) \(isDropped ? "dropped" : "broken")"] ?? counts
                } else {
                    for summary in summaries {
                        for entry in isDropped ? summary.dropped : summary.broken { counts.add(entry.reason, count: entry.count) }
                    }
                }
                guard counts.total > 0 else { continue }
                groups.append(
                    RejectedReasons(stage: stage, isDropped: isDropped, reasons: counts.top(30), total: counts.total, outcomes: outcomes))
            }
        }
        return groups
    }
}
