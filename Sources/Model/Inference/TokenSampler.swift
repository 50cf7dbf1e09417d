import LanguageModels

/// Samples a token from a row of logits: temperature, then the likeliest k, then the nucleus (Holtzman et al. 2020, arXiv 1904.09751).
///
/// The vocabulary is never sorted. A token whose probability is below (1 - p) / V cannot be in the nucleus, since all such tokens together
/// have less than 1 - p; where the nucleus ends among the others is found by radix selection over the bits of their weights. Equal
/// logits rank by id, lowest first.
struct TokenSampler: Sendable {
    let temperature: Double
    let topP: Double
    let topK: Int

    init(_ sampling: Sampling) {
        temperature = sampling.temperature
        topP = sampling.topP
        topK = sampling.topK
    }

    /// The token that the number `uniform`, from 0 up to 1, picks.
    ///
    /// Shapes: logits, scratch [vocabularySize]; the scratch is overwritten.
    func sample(_ logits: UnsafeBufferPointer<Float>, uniform: Double, scratch: UnsafeMutableBufferPointer<Float>) -> Int32 {
        guard temperature > 0 else { return likeliest(logits) }
        let total = weigh(logits, into: scratch)
        let weights = UnsafeBufferPointer(scratch)
        let end = topP < 1 ? end(of: weights, total: total) : (bits: 0, ties: Int.max, sum: total)
        // Those before the end of the nucleus, and of those just at it the first.
        var left = uniform * end.sum
        var ties = end.ties
        var last = likeliest(logits)
        for id in weights.indices where weights[id].bitPattern >= end.bits && weights[id] > 0 {
            if weights[id].bitPattern == end.bits {
                if ties == 0 { continue }
                ties -= 1
            }
            left -= Double(weights[id])
            last = Int32(id)
            if left < 0 { break }
        }
        return last  // rounding may leave a trace at the very end of the interval
    }

    private func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
        var best = 0
        for id in logits.indices where logits[id] > logits[best] { best = id }
        return Int32(best)
    }

    /// Writes each token's weight, relative to the likeliest one's, or 0 where it is not among the k; gives their sum.
    private func weigh(_ logits: UnsafeBufferPointer<Float>, into weights: UnsafeMutableBufferPointer<Float>) -> Double {
        let factor = Float(1 / temperature)
        guard topK > 0 && topK < logits.count else { return VectorExponential.weights(of: logits, factor: factor, into: weights) }
        let ids = largest(topK, of: logits)
        let top = ids.reduce(-Float.infinity) { max($0, logits[$1]) }
        weights.update(repeating: 0)
        for id in ids { weights[id] = VectorExponential.value((logits[id] - top) * factor) }
        return ids.sorted().reduce(0) { $0 + Double(weights[$1]) }
    }

    /// The ids of the k largest values, in no order: a heap of k with the smallest on top.
    private func largest(_ k: Int, of values: UnsafeBufferPointer<Float>) -> [Int] {
        func isBelow(_ a: Int, _ b: Int) -> Bool { values[a] < values[b] || (values[a] == values[b] && a > b) }
        var heap = Array(0..<k)
        func sink(_ start: Int) {
            var place = start
            while true {
                var smallest = place
                for child in [2 * place + 1, 2 * place + 2] where child < k && isBelow(heap[child], heap[smallest]) { smallest = child }
                if smallest == place { return }
                heap.swapAt(place, smallest)
                place = smallest
            }
        }
        for place in (0..<k / 2).reversed() { sink(place) }
        for id in k..<values.count where values[id] > values[heap[0]] {
            heap[0] = id
            sink(0)
        }
        return heap
    }

    /// Where the smallest set of the largest weights ends whose sum reaches topP of `total`: the bits of its smallest weight, how many of
    /// exactly that weight belong to it, and its sum. The bits of positive numbers order as the numbers do.
    private func end(of weights: UnsafeBufferPointer<Float>, total: Double) -> (bits: UInt32, ties: Int, sum: Double) {
        let goal = topP * total * Self.slack
        let floor = Float((1 - topP) / Double(weights.count) * total * 0.999)
        var (known, mask) = (UInt32(0), UInt32(0))
        var reached = 0.0
        for (shift, width) in [(21, 11), (10, 11), (0, 10)] as [(UInt32, UInt32)] {
            let size = 1 << Int(width)
            withUnsafeTemporaryAllocation(of: Double.self, capacity: size) { sums in
                sums.initialize(repeating: 0)
                for weight in weights where weight > floor && weight.bitPattern & mask == known {
                    sums[Int(weight.bitPattern >> shift) & (size - 1)] += Double(weight)
                }
                var bucket = size - 1
                while bucket > 0 && reached + sums[bucket] < goal {
                    reached += sums[bucket]
                    bucket -= 1
                }
                known |= UInt32(bucket) << shift
                mask |= UInt32(size - 1) << shift
            }
        }
        let weight = Double(Float(bitPattern: known))
        let missing = weight > 0 ? ((goal - reached) / weight).rounded(.up) : 0
        let ties = missing < 1e9 ? max(1, Int(missing)) : Int.max
        return (known, ties, reached + (ties < Int.max ? Double(ties) * weight : 0))
    }

    /// A nucleus that reaches its share up to this is complete; float32 weights do not know it better.
    static let slack = 1 - 1e-6
}
