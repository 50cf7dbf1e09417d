/// How far two lists of numbers rise together, from -1 to 1 (Spearman 1904): the correlation of their ranks, equal ones sharing the mean of
/// theirs; 0 where one of them is a single number. Takes time as sorting does.
public func rankCorrelation(_ first: [Double], _ second: [Double]) -> Double {
    precondition(first.count == second.count, "two lists of one length")
    let (one, other) = (ranks(first), ranks(second))
    let middle = Double(first.count + 1) / 2
    var (both, own, others) = (0.0, 0.0, 0.0)
    for (x, y) in zip(one, other) {
        both += (x - middle) * (y - middle)
        own += (x - middle) * (x - middle)
        others += (y - middle) * (y - middle)
    }
    return own > 0 && others > 0 ? both / (own * others).squareRoot() : 0
}

/// The places from 1 on in the order of size, equal values having the mean of theirs.
private func ranks(_ values: [Double]) -> [Double] {
    let order = values.indices.sorted { values[$0] < values[$1] }
    var ranks = [Double](repeating: 0, count: values.count)
    var start = 0
    while start < order.count {
        var end = start
        while end + 1 < order.count, values[order[end + 1]] == values[order[start]] { end += 1 }
        for place in start...end { ranks[order[place]] = Double(start + end) / 2 + 1 }
        start = end + 1
    }
    return ranks
}
