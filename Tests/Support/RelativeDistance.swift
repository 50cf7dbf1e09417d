/// |a - b| / max(|b|), over all elements: how far two tensors are apart in terms of the larger numbers of the second.
public func relativeDistance<A: BinaryFloatingPoint, B: BinaryFloatingPoint>(_ a: [A], _ b: [B]) -> Double {
    guard a.count == b.count, !b.isEmpty else { return .infinity }
    let largest = b.map { abs(Double($0)) }.max() ?? 0
    let distance = zip(a, b).map { abs(Double($0) - Double($1)) }.max() ?? 0
    return distance / max(largest, 1e-30)
}
