import Ground
import Records

/// The part of the report that shows pairs: the best rated, the worst rated, and others chosen by hash.
enum ReportPairs {
    private static let longestText = 1500

    static func html(_ survey: RunSurvey) -> String {
        let sample = survey.ratedSample.count > 0 ? survey.ratedSample : survey.pairSample
        guard sample.count > 0 else { return "" }
        let groups = sample.groups
        return part("The best rated", groups.best) + part("The worst rated", groups.worst)
            + part(groups.best.isEmpty ? "" : "Others, chosen by the hash of their ids", groups.others)
    }

    private static func part(_ title: String, _ views: [PairView]) -> String {
        guard !views.isEmpty else { return "" }
        return (title.isEmpty ? "" : "<h3>\(title)</h3>\n") + views.map(article).joined()
    }

    private static func article(_ view: PairView) -> String {
        let record = view.record
        var badges: [String] = []
        if let score = view.score { badges.append("score \(Figures.fixed(score, 2))") }
        if view.score != nil || view.rejection != nil { badges.append(view.rejection.map { "dropped: \($0)" } ?? "kept") }
        badges += ratings(of: record)
        if let language = record["lang"]?.string { badges.append(language) }
        let marks = badges.map { "<span class=\"badge\">\(HTMLText.escaped($0, limit: 200))</span>" }.joined(separator: "\n")
        return """
            <details class="pair">
            <summary>\(marks)
            <span class="instruction" dir="auto">\(HTMLText.escaped(record["instruction"]?.string ?? "", limit: longestText))</span></summary>
            <p class="text" dir="auto">\(HTMLText.escaped(record["output"]?.string ?? "", limit: longestText))</p>
            <p class="from">\(origin(of: record).joined(separator: " · "))</p>
            </details>

            """
    }

    private static func ratings(of record: JSONObject) -> [String] {
        (record["ratings"]?.array ?? []).suffix(4).compactMap { $0.object.flatMap(Rating.init) }.map { rating in
            if let gain = rating.gain { return "gain \(Figures.fixed(gain, 1)) nats" }
            return "label mass \(Figures.fixed(rating.mass, 2))"
        }
    }

    /// Where the text is from, as HTML: headings, address or file's name, licence, and what wrote the instruction.
    private static func origin(of record: JSONObject) -> [String] {
        var parts: [String] = []
        if let title = record["title"]?.string { parts.append(HTMLText.escaped(title, limit: 200)) }
        let headings = record["heading"]?.array?.compactMap(\.string) ?? []
        if !headings.isEmpty { parts.append(HTMLText.escaped(headings.joined(separator: " › "), limit: 300)) }
        if let url = record["url"]?.string {
            parts.append(HTMLText.link(url))
        } else if let file = record["source"]?.object?["file"]?.string {
            parts.append(HTMLText.escaped(HTMLText.lastPart(file), limit: 200))
        }
        let licence = record["licence"]?.string ?? record["license"]?.string
        parts.append("licence: " + (licence.map(HTMLText.link) ?? Population.unknown))
        if let rule = record["opt_out"]?.string { parts.append("opted out: " + HTMLText.escaped(rule, limit: 100)) }
        if let origin = record["origin"]?.string { parts.append("origin: " + HTMLText.escaped(origin, limit: 60)) }
        if let before = record["original"]?.object?["output"]?.string {
            parts.append("rewritten from " + HTMLText.escaped(before, limit: 300))
        }
        if let model = record["made_by"]?.object?["model"]?.string {
            parts.append("instruction by " + HTMLText.escaped(HTMLText.lastPart(model), limit: 100))
        }
        parts.append("<code>\(HTMLText.escaped(record["id"]?.string ?? "", limit: 100))</code>")
        return parts
    }
}
