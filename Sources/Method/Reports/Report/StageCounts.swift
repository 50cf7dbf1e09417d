import Ground

/// What a stage counted itself, as `--summary FILE` has it.
struct StageCounts: Sendable {
    let label: String
    let stage: String
    let read: Int
    let used: Int
    let kept: Int
    let dropped: [(reason: String, count: Int)]
    let broken: [(reason: String, count: Int)]
    let brokenItems: Int
    let isInterrupted: Bool
    let settings: JSONObject

    /// Nil where the object is no summary.
    init?(_ object: JSONObject, label: String) {
        guard let stage = object["stage"]?.string, let read = object["read"]?.integer, let kept = object["kept"]?.integer else {
            return nil
        }
        func counts(_ key: String) -> [(reason: String, count: Int)] {
            (object[key]?.object?.fields ?? []).map { ($0.key, $0.value.integer ?? 0) }
        }
        self.label = label
        self.stage = stage
        self.read = read
        self.kept = kept
        used = object["used"]?.integer ?? kept
        dropped = counts("dropped")
        broken = counts("broken")
        brokenItems = object["broken_items"]?.integer ?? 0
        isInterrupted = object["interrupted"]?.bool ?? false
        settings = object["settings"]?.object ?? JSONObject()
    }

    var droppedCount: Int { dropped.reduce(0) { $0 + $1.count } }
    var brokenCount: Int { broken.reduce(0) { $0 + $1.count } }
}
