import Ground

/// What all records of one kind have in common: lengths, languages, where they come from, how their instructions begin.
///
/// Memory is bounded whatever comes: histograms, the most frequent words, and samples by hash.
struct Population: Sendable {
    private(set) var count = 0
    /// Lengths in characters (Unicode scalars) of the passage or output, and of the instruction.
    private(set) var textLengths = Histogram.lengths
    private(set) var instructionLengths = Histogram.lengths
    private(set) var languages = TopCounts()
    private(set) var domains = TopCounts()
    private(set) var licences = TopCounts()
    private(set) var origins = TopCounts()
    private(set) var firstWords = TopCounts()
    private(set) var openings = TopCounts()
    private(set) var instructions = DistinctSample()
    private(set) var makers = TopCounts(capacity: 128, longest: 4096)
    /// Passages that were too long for the model and were shown to it in part.
    private(set) var truncated = 0
    /// Records of pages that had asked not to be used.
    private(set) var optedOut = 0
    private(set) var addressed = 0

    mutating func add(_ record: JSONObject) {
        count += 1
        if let text = record["output"]?.string ?? record["text"]?.string { textLengths.add(Double(text.unicodeScalars.count)) }
        if let instruction = record["instruction"]?.string { add(instruction: instruction, of: record["id"]?.string ?? "\(count)") }
        if let language = record["lang"]?.string { languages.add(language) }
        if let address = record["url"]?.string, let host = Self.host(of: address) {
            addressed += 1
            domains.add(host)
        }
        licences.add(record["licence"]?.string ?? record["license"]?.string ?? Self.unknown)
        if let origin = record["origin"]?.string { origins.add(origin) }
        if let maker = record["made_by"]?.object { makers.add(maker.serialized) }
        if record["truncated_prompt"]?.bool == true { truncated += 1 }
        if let rule = record["opt_out"], rule != .null, rule != .bool(false) { optedOut += 1 }
    }

    static let unknown = "not stated"

    private mutating func add(instruction: String, of id: String) {
        instructionLengths.add(Double(instruction.unicodeScalars.count))
        let words = instruction.lowercased().split(maxSplits: 40) { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }
        if let first = words.first { firstWords.add(String(first)) }
        openings.add(words.prefix(2).joined(separator: " "))
        instructions.add(words.joined(separator: " "), of: id)
    }

    /// The host of an address, without `www.`; nil where it has none.
    static func host(of address: String) -> String? {
        guard let scheme = address.range(of: "://") else { return nil }
        let rest = address[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        let host = (rest.split(separator: "@").last ?? "").prefix { $0 != ":" }.lowercased()
        return host.isEmpty ? nil : host.hasPrefix("www.") ? String(host.dropFirst(4)) : host
    }
}
