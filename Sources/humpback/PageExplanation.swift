import Records

/// What became of a page, a line a passage.
struct PageExplanation {
    let text: String

    init(of page: String, _ outcomes: [Outcome]) {
        text = ([page] + outcomes.flatMap(Self.lines)).joined(separator: "\n") + "\n\n"
    }

    private static func lines(_ outcome: Outcome) -> [String] {
        switch outcome {
        case .kept(let records): records.map { "  kept     " + passage($0) }
        case .dropped(let record, let rejection): ["  dropped  \(passage(record)): \(reason(rejection))"]
        case .broken(_, let rejection): ["  broken   \(reason(rejection))"]
        }
    }

    private static func passage(_ record: JSONObject) -> String {
        let heading = record["heading"]?.array?.compactMap(\.string).joined(separator: " > ") ?? ""
        let count = record["text"]?.string?.unicodeScalars.count ?? 0
        return (heading.isEmpty ? "(no heading)" : heading) + ", \(count) characters"
    }

    private static func reason(_ rejection: Rejection) -> String {
        var text = rejection.reason
        if rejection.value != .null { text += ", found \(rejection.value.serialized)" }
        if rejection.threshold != .null { text += ", threshold \(rejection.threshold.serialized)" }
        return text
    }
}
