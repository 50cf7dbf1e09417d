import Ground

/// Ways to make a good instruction worse, each with the score its pair deserves: the faults of a small backward model, so that a judge
/// learns to mark them down.
enum SpoiledInstruction: CaseIterable {
    case doubled, misspelled, swapped, brokenOff, wrongNumber, wordMissing

    /// The label from 1 to 5 that a judge should learn for it.
    var score: Int {
        switch self {
        case .wrongNumber, .wordMissing: 3
        case .doubled, .misspelled, .swapped, .brokenOff: 2
        }
    }

    /// The spoiled instruction, or nil where there is nothing to be spoiled in this way.
    func spoil(_ instruction: String, random: inout KeyedRandom) -> String? {
        var words = instruction.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard words.count >= 4 else { return nil }
        let end = words.last?.last.map { ".?!".contains($0) ? String($0) : "" } ?? ""
        switch self {
        case .doubled:
            // One to three words inside come again, joined or not.
            let length = 1 + Self.number(below: 3, &random)
            let start = 1 + Self.number(below: max(1, words.count - length - 1), &random)
            let run = words[start..<min(words.count - 1, start + length)]
            guard !run.isEmpty else { return nil }
            words.insert(contentsOf: (Self.number(below: 2, &random) == 0 ? ["of"] : []) + run, at: start + run.count)
        case .misspelled:
            let long = words.indices.filter { words[$0].count >= 6 && words[$0].allSatisfy(\.isLetter) }
            guard let index = Self.pick(long, &random), let other = Self.pick(long.filter { $0 != index } + [index], &random) else {
                return nil
            }
            // The head of one word and the tail of another, or a word without its middle.
            let (head, tail) = (words[index].prefix(3), other == index ? words[index].suffix(2) : words[other].suffix(4))
            guard head + tail != words[index] else { return nil }
            words[index] = String(head + tail)
        case .swapped:
            let index = 1 + Self.number(below: words.count - 2, &random)
            guard words[index] != words[index + 1] else { return nil }
            words.swapAt(index, index + 1)
            words = Self.movingEnd(end, in: words)
        case .brokenOff:
            words.removeLast(1 + Self.number(below: max(1, words.count / 3), &random))
            words[words.count - 1] += end
        case .wrongNumber:
            guard let index = words.firstIndex(where: { Self.numbers[$0.lowercased()] != nil }),
                let other = Self.numbers[words[index].lowercased()]
            else { return nil }
            words[index] = words[index].first?.isUppercase == true ? other.prefix(1).uppercased() + other.dropFirst() : other
        case .wordMissing:
            guard let index = Self.pick(words.indices.filter { Self.small.contains(words[$0]) }, &random) else { return nil }
            words.remove(at: index)
        }
        let spoiled = words.joined(separator: " ")
        return spoiled == instruction ? nil : spoiled
    }

    private static func number(below count: Int, _ random: inout KeyedRandom) -> Int { Int(random.next() % UInt64(count)) }

    private static func pick(_ indices: [Int], _ random: inout KeyedRandom) -> Int? {
        indices.isEmpty ? nil : indices[number(below: indices.count, &random)]
    }

    /// The words with the mark that ends the instruction behind the last of them again.
    private static func movingEnd(_ end: String, in words: [String]) -> [String] {
        guard !end.isEmpty else { return words }
        var words = words.map { $0.hasSuffix(end) ? String($0.dropLast()) : $0 }
        words[words.count - 1] += end
        return words
    }

    private static let numbers = [
        "is": "are", "are": "is", "was": "were", "were": "was", "do": "does", "does": "do", "has": "have", "have": "has", "this": "these",
    ]
    private static let small: Set<String> = ["a", "an", "the", "of", "to", "in", "is", "are", "do", "does", "for", "with", "on", "between"]
}
