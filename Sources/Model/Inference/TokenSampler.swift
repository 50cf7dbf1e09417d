import LanguageModels

/// Draws a token from a row of logits: temperature, then the likeliest k, then the nucleus (Holtzman et al. 2020, arXiv 1904.09751).
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

    /// The tokens that may be drawn, in the order of their ids, their weights, and the weight of all that the nucleus is a share of.
    private struct Candidates {
        var ids: [Int32] = []
        var weights: [Float] = []
        var total: Double
    }

    /// The token that the number `uniform`, from 0 up to 1, picks.
    ///
    /// Shapes: logits, scratch [vocabularySize]; the scratch is overwritten.
    func draw(_ logits: UnsafeBufferPointer<Float>, uniform: Double, scratch: UnsafeMutableBufferPointer<Float>) -> Int32 {
        guard temperature > 0 else { return likeliest(logits) }
        var candidates = candidates(logits, scratch)
        var (bits, ties) = (UInt32(0), Int.max)
        if topP < 1 { (bits, ties) = end(of: candidates.weights, goal: topP * candidates.total * Self.slack) }
        // Those before the end of the nucleus, and of those just at it the first.
        var kept = 0
        var sum = 0.0
        for place in candidates.ids.indices {
            let own = candidates.weights[place].bitPattern
            guard own > bits || (own == bits && ties > 0) else { continue }
            if own == bits { ties -= 1 }
            candidates.ids[kept] = candidates.ids[place]
            candidates.weights[kept] = candidates.weights[place]
            sum += Double(candidates.weights[place])
            kept += 1
        }
        var left = uniform * sum
        for place in 0..<kept {
            left -= Double(candidates.weights[place])
            if left < 0 { return candidates.ids[place] }
        }
        // Rounding may leave a trace at the very end of the interval.
        return kept > 0 ? candidates.ids[kept - 1] : likeliest(logits)
    }

    private func likeliest(_ logits: UnsafeBufferPointer<Float>) -> Int32 {
        var best = 0
        for id in logits.indices where logits[id] > logits[best] { best = id }
        return Int32(best)
    }

    private func candidates(_ logits: UnsafeBufferPointer<Float>, _ scratch: UnsafeMutableBufferPointer<Float>) -> Candidates {
        let factor = Float(1 / temperature)
        if topK > 0 && topK < logits.count {
            let ids = largest(topK, of: logits).sorted()
            let largest = ids.reduce(-Float.infinity) { max($0, logits[$1]) }
            let weights = ids.map { VectorExponential.value((logits[$0] - largest) * factor) }
            return Candidates(ids: ids.map { Int32($0) }, weights: weights, total: weights.reduce(0) { $0 + Double($1) })
        }
        let sum = VectorExponential.weights(of: logits, factor: factor, into: scratch)
        let floor = topP < 1 ? Float((1 - topP) / Double(logits.count) * sum * 0.999) : 0
        var candidates = Candidates(total: sum)
        for id in scratch.indices where scratch[id] > floor {
            candidates.ids.append(Int32(id))
            candidates.weights.append(scratch[id])
        }
        return candidates
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

    /// Where the smallest set of the largest weights ends whose sum reaches the goal: the bits of its smallest weight, and how
    /// many of exactly that weight belong to it. The bits of positive numbers order as the numbers do.
    private func end(of weights: [Float], goal: Double) -> (bits: UInt32, ties: Int) {
        var (known, mask) = (UInt32(0), UInt32(0))
        var reached = 0.0
        for (shift, width) in [(21, 11), (10, 11), (0, 10)] as [(UInt32, UInt32)] {
            let size = 1 << Int(width)
            var sums = [Double](repeating: 0, count: size)
            for weight in weights where weight.bitPattern & mask == known {
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
        let weight = Double(Float(bitPattern: known))
        let missing = weight > 0 ? ((goal - reached) / weight).rounded(.up) : 0
        return (known, missing < 1e9 ? max(1, Int(missing)) : Int.max)
    }

    /// A nucleus that reaches its share up to this is complete; float32 weights do not know it better.
    static let slack = 1 - 1e-6
}
