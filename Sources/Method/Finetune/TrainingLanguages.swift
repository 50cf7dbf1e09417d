import Records

/// The languages of what a model learns from, which are the ones that it may be asked in: German seeds make a German model, whatever the
/// base knew.
struct TrainingLanguages {
    /// Tells the language of a text by its ISO 639-1 code; nil where it cannot.
    let detect: @Sendable (String) -> String?
    private var counts: [String: Int] = [:]
    private var records = 0

    init(detect: @escaping @Sendable (String) -> String?) { self.detect = detect }

    /// The least share of the records whose language is known that makes a language one of the model's.
    static let leastShare = 0.05

    /// Takes in a record: the language that it states, else that of its text.
    mutating func add(stated: String?, text: @autoclosure () -> String) {
        records += 1
        let stated = stated?.split { $0 == "-" || $0 == "_" }.first.map { $0.lowercased() }
        if let code = stated ?? detect(text()) { counts[code, default: 0] += 1 }
    }

    mutating func add(_ seeds: [Seed]) {
        for seed in seeds { add(stated: seed.language, text: seed.instruction + "\n" + seed.output) }
    }

    mutating func add(_ pairs: [Pair]) {
        for pair in pairs { add(stated: pair.object["lang"]?.string, text: pair.instruction + "\n" + pair.output) }
    }

    mutating func add(_ preferences: [Preference]) {
        for preference in preferences {
            add(stated: preference.object["lang"]?.string, text: (preference.prompt.last?.content ?? "") + "\n" + preference.chosen)
        }
    }

    /// The languages of the records, the commonest first; where fewer than half of the records tell theirs, the base's as well.
    func codes(base: [String]) -> [String] {
        let known = counts.values.reduce(0, +)
        let own = counts.filter { Double($0.value) >= Self.leastShare * Double(known) }
            .sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map(\.key)
        return 2 * known >= max(1, records) ? own : own + base.filter { !own.contains($0) }
    }
}
