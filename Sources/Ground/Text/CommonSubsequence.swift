/// The length of the longest common subsequence of two lists of words: what ROUGE-L (Lin 2004) is made of.
///
/// One row of the table at a time: `first.count * second.count` steps, memory for `second.count + 1` lengths.
public func longestCommonSubsequence(_ first: [Substring], _ second: [Substring]) -> Int {
    var lengths = [Int](repeating: 0, count: second.count + 1)
    for word in first {
        var diagonal = 0
        for (index, candidate) in second.enumerated() {
            let above = lengths[index + 1]
            lengths[index + 1] = word == candidate ? diagonal + 1 : max(above, lengths[index])
            diagonal = above
        }
    }
    return lengths[second.count]
}

/// ROUGE-L (Lin 2004), from 0 to 1: the F1 of the longest common subsequence of words; two empty lists are alike.
public func rougeL(_ first: [Substring], _ second: [Substring]) -> Double {
    guard !first.isEmpty, !second.isEmpty else { return first.count == second.count ? 1 : 0 }
    return 2 * Double(longestCommonSubsequence(first, second)) / Double(first.count + second.count)
}
