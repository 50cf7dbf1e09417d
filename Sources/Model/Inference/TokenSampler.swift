import Foundation
import LanguageModels
import Tensors

/// Draws a token from a row of logits: temperature, then the likeliest k, then the nucleus (Holtzman et al. 2020, arXiv 1904.09751).
///
/// The vocabulary is never sorted. A token whose probability is below (1 - p) / V cannot be in the nucleus, since all such tokens together
/// have less than 1 - p; the few left are counted by powers of two, and only those of the power where the nucleus ends are sorted. Equal
/// logits rank by id, lowest first.
struct TokenSampler {
    let temperature: Double
    let topP: Double
    let topK: Int

    init(_ sampling: Sampling) {
        temperature = sampling.temperature
        topP = sampling.topP
        topK = sampling.topK
    }

    private struct Candidate {
        let id: Int32
        let weight: Double
    }

    /// The token that the number `uniform`, from 0 up to 1, picks.
    ///
    /// Shapes: logits, scratch [vocabularySize]; the scratch is overwritten.
    func draw(_ logits: Tensor<Float>, uniform: Double, scratch: Tensor<Float>, on compute: Compute) -> Int32 {
        guard temperature > 0 else { return likeliest(logits) }
        scratch.copy(from: logits)
        compute.scale(scratch, by: Float(1 / temperature))
        let candidates = candidates(scratch, on: compute)
        let kept = nucleus(candidates.found, total: candidates.total)
        var left = uniform * kept.reduce(0) { $0 + $1.weight }
        for candidate in kept {
            left -= candidate.weight
            if left < 0 { return candidate.id }
        }
        // Rounding may leave a trace at the very end of the interval.
        return kept.last(where: { $0.weight > 0 })?.id ?? likeliest(logits)
    }

    private func likeliest(_ logits: Tensor<Float>) -> Int32 {
        let values = UnsafeBufferPointer(start: logits.pointer, count: logits.count)
        var best = 0
        for id in values.indices where values[id] > values[best] { best = id }
        return Int32(best)
    }

    /// The tokens that may be drawn, in the order of their ids, and the weight of all that they are taken from.
    private func candidates(_ logits: Tensor<Float>, on compute: Compute) -> (found: [Candidate], total: Double) {
        let values = UnsafeBufferPointer(start: logits.pointer, count: logits.count)
        let reference = Double(compute.logSumExp(logits.reshaped([1, logits.count]))[0])
        func candidate(_ id: Int) -> Candidate { Candidate(id: Int32(id), weight: exp(Double(values[id]) - reference)) }
        if topK > 0 && topK < values.count {
            let found = largest(topK, of: values).sorted().map(candidate)
            return (found, found.reduce(0) { $0 + $1.weight })
        }
        let floor = topP < 1 ? Float(reference + log((1 - topP) / Double(values.count)) - 0.001) : -.infinity
        var found: [Candidate] = []
        for id in values.indices where values[id] >= floor { found.append(candidate(id)) }
        return (found, topP < 1 ? 1 : found.reduce(0) { $0 + $1.weight })
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

    /// The smallest set of the heaviest candidates whose weight reaches topP of `total`, in the order of their ids.
    private func nucleus(_ candidates: [Candidate], total: Double) -> [Candidate] {
        guard topP < 1 else { return candidates }
        let goal = topP * total * Self.slack
        var sums = [Double](repeating: 0, count: Self.powers)
        for candidate in candidates { sums[Self.power(candidate.weight)] += candidate.weight }
        var power = 0
        var reached = 0.0
        while power < Self.powers - 1 && reached + sums[power] < goal {
            reached += sums[power]
            power += 1
        }
        let border = candidates.filter { Self.power($0.weight) == power }
            .sorted { $0.weight > $1.weight || ($0.weight == $1.weight && $0.id < $1.id) }
        guard var last = border.first ?? candidates.max(by: { $0.weight < $1.weight }) else { return [] }
        for candidate in border {
            last = candidate
            reached += candidate.weight
            if reached >= goal { break }
        }
        return candidates.filter {
            let own = Self.power($0.weight)
            return own < power
                || (own == power && ($0.weight > last.weight || ($0.weight == last.weight && $0.id <= last.id)))
        }
    }

    private static let powers = 64

    /// The sum of all probabilities is known to about this much; a nucleus that reaches its share up to that is complete.
    static let slack = 1 - 1e-6

    /// 0 for weights from 1/2 on, 1 for those from 1/4 on, and so forth.
    private static func power(_ weight: Double) -> Int {
        weight > 0 ? min(powers - 1, max(0, -1 - Int(weight.exponent))) : powers - 1
    }
}
