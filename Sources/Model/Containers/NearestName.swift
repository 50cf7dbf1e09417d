/// The candidate that a mistyped word most likely meant, if any is near enough.
public func nearestName(to word: String, among candidates: [String]) -> String? {
    let typed = Array(word.lowercased().utf8)
    guard !typed.isEmpty else { return nil }
    let ranked = candidates.map { candidate in
        let letters = Array(candidate.utf8)
        let begins = typed.count >= 3 && letters.starts(with: typed)
        return (candidate, distance: begins ? 1 : editDistance(typed, letters))
    }
    guard let best = ranked.min(by: { ($0.distance, $0.0) < ($1.distance, $1.0) }) else { return nil }
    return best.distance <= max(1, min(3, typed.count / 3)) ? best.0 : nil
}

/// The number of letters to insert, delete, replace or swap with their neighbour to turn one word into the other.
private func editDistance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var beforeLast = [Int](repeating: 0, count: other.count + 1)
    var last = Array(0...other.count)
    for (i, letter) in one.enumerated() {
        var row = [i + 1] + [Int](repeating: 0, count: other.count)
        for (j, target) in other.enumerated() {
            row[j + 1] = min(last[j] + (letter == target ? 0 : 1), last[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, letter == other[j - 1], one[i - 1] == target { row[j + 1] = min(row[j + 1], beforeLast[j - 1] + 1) }
        }
        (beforeLast, last) = (last, row)
    }
    return last[other.count]
}
