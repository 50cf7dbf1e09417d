import Ground
import Records

/// What a stage's run came to: counts that add up.
public struct StageSummary: Sendable, Equatable {
    public var stage: String
    /// Items that came in, unreadable and excluded ones too.
    public var read = 0
    /// Items of which at least one record was written.
    public var used = 0
    /// Records written. One item may give several, or none.
    public var kept = 0
    /// Items that gave nothing, neither a record nor a reason.
    public var empty = 0
    /// Reason to count, for what a filter or a score refused.
    public var dropped: [String: Int] = [:]
    /// Reason to count, for what was unreadable, unrated or over a limit.
    public var broken: [String: Int] = [:]
    /// Items of which something was broken: what `--max-broken` is held against.
    public var brokenItems = 0
    public var maxBroken: Double
    /// Items that earlier, interrupted runs had done.
    public var resumed = 0
    /// Items that were given up for a cause that may pass; `--resume` tries them again.
    public var unanswered = 0
    /// Files that stand beside those that are read and are not, by what they are.
    public var notRead: [String: Int] = [:]
    /// The first record of this run that was broken: its place and the reason.
    public var firstFault: String?
    /// Whether the run was cut short, by Ctrl-C for instance; `--resume` goes on.
    public var isInterrupted = false
    /// Whether the reader of the output went away; a tool ends quietly.
    public var isOutputClosed = false
    /// What to do where the stage did its work and nothing came of it; a tool then ends with status 1.
    public var advice: String?
    /// Wall time of this run. Not among the counts, and not the same twice.
    public var seconds = 0.0

    public init(stage: String, maxBroken: Double = 0.05) {
        self.stage = stage
        self.maxBroken = maxBroken
    }

    public var droppedCount: Int { dropped.values.reduce(0, +) }
    public var brokenCount: Int { broken.values.reduce(0, +) }
    /// The share of items of which something was broken.
    public var brokenShare: Double { read == 0 ? 0 : Double(brokenItems) / Double(read) }
    /// Whether so much was broken that the run failed.
    public var exceedsMaxBroken: Bool { brokenShare > maxBroken }
    /// 0 done, 1 too much was broken.
    public var exitStatus: Int32 { exceedsMaxBroken && !isOutputClosed ? 1 : 0 }

    /// The counts of one item's outcomes added, and of records that are lines already.
    mutating func count(_ outcomes: [Outcome], written: Int = 0) {
        var (records, reasons, faults): (Int, [String], [String]) = (written, [], [])
        for outcome in outcomes {
            switch outcome {
            case .kept(let objects): records += objects.count
            case .dropped(_, let rejection): reasons.append(rejection.reason)
            case .broken(_, let rejection): faults.append(rejection.reason)
            }
        }
        count(records: records, dropped: reasons, broken: faults)
    }

    /// The counts of one item added: the records it gave, and why others were dropped or are broken.
    mutating func count(records: Int, dropped reasons: [String], broken faults: [String]) {
        read += 1
        kept += records
        for reason in reasons { dropped[reason, default: 0] += 1 }
        for fault in faults { broken[fault, default: 0] += 1 }
        if records > 0 { used += 1 }
        if !faults.isEmpty { brokenItems += 1 }
        if records == 0, reasons.isEmpty, faults.isEmpty { empty += 1 }
    }

    /// Takes back the counts of an item that gave one broken record alone.
    mutating func takeBack(broken fault: String) {
        read -= 1
        brokenItems -= 1
        broken[fault] = broken[fault].flatMap { $0 > 1 ? $0 - 1 : nil }
    }

    /// The counts and the times as JSON, as `--summary` writes them.
    public var object: JSONObject {
        var object = counts
        object["max_broken"] = .double(maxBroken)
        if !notRead.isEmpty {
            object["not_read"] = .object(JSONObject(notRead.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
        }
        object["resumed"] = .integer(resumed)
        object["interrupted"] = .bool(isInterrupted)
        object["times"] = [
            "seconds": .double(seconds), "items_per_second": .double(seconds > 0 ? Double(read - resumed) / seconds : 0),
        ]
        return object
    }

    /// The counts alone: the same for the same input, however often it was interrupted.
    var counts: JSONObject {
        func sorted(_ counts: [String: Int]) -> JSONValue {
            .object(JSONObject(counts.sorted { $0.key < $1.key }.map { ($0.key, .integer($0.value)) }))
        }
        return [
            "stage": .string(stage), "read": .integer(read), "used": .integer(used), "kept": .integer(kept), "empty": .integer(empty),
            "dropped": sorted(dropped), "broken": sorted(broken), "broken_items": .integer(brokenItems),
        ]
    }

    /// Takes up the counts that an interrupted run left.
    mutating func takeUp(_ object: JSONObject) {
        func counts(_ key: String) -> [String: Int] {
            Dictionary((object[key]?.object?.fields ?? []).map { ($0.key, $0.value.integer ?? 0) }, uniquingKeysWith: +)
        }
        read = object["read"]?.integer ?? 0
        used = object["used"]?.integer ?? 0
        kept = object["kept"]?.integer ?? 0
        empty = object["empty"]?.integer ?? 0
        dropped = counts("dropped")
        broken = counts("broken")
        brokenItems = object["broken_items"]?.integer ?? 0
        resumed = read
    }
}
