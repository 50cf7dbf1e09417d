import Ground
import Records

/// A held-out set by document: all pairs of a page are on one side, since pairs of one page say the same things in the same words, and a
/// model that has learned one of them knows the others.
public enum DocumentSplit {
    /// The document that a pair comes from: its address or the file it was read from; nil where the record says neither.
    public static func page(of object: JSONObject) -> String? {
        if let url = object["url"]?.string, !url.isBlank { return String(url.prefix { $0 != "#" }) }
        return object["source"]?.object?["file"]?.string
    }

    /// Holds out whole documents in the order of their hashes until at least `share` of the seeds are held out; a seed without a document
    /// is one of its own, together with those that say the same. The choice does not depend on the order of the seeds.
    public static func split(_ seeds: [Seed], holdingOut share: Double) -> (training: [Seed], heldOut: [Seed]) {
        let documents = seeds.map { page(of: $0.object).map { "page\u{0}" + $0 } ?? "pair\u{0}" + $0.instruction + "\u{0}" + $0.output }
        let counts = Dictionary(documents.map { ($0, 1) }, uniquingKeysWith: +)
        var (chosen, taken): (Set<String>, Int) = ([], 0)
        for document in counts.keys.map({ (stableHash64($0, seed: 0x4E1D), $0) }).sorted(by: <).map(\.1) {
            guard Double(taken) < share * Double(seeds.count), chosen.count + 1 < counts.count else { break }
            chosen.insert(document)
            taken += counts[document] ?? 0
        }
        let sides = zip(seeds, documents)
        return (sides.filter { !chosen.contains($0.1) }.map(\.0), sides.filter { chosen.contains($0.1) }.map(\.0))
    }
}
