import Foundation
import Testing

import Tensors

@Suite struct ComputeAttentionTests {
    private func naive(_ q: Tensor<Double>, _ segment: AttentionSegment<Double>, scale: Double) -> [Double] {
        let (heads, d, kvHeads) = (q.shape[1], q.shape[2], segment.keys.shape[1])
        var result: [Double] = []
        for (i, row) in segment.rows.enumerated() {
            for h in 0..<heads {
                let kv = h / (heads / kvHeads)
                let last = segment.firstPosition + i
                let first = segment.window.map { max(0, last + 1 - $0) } ?? 0
                let weights = (first...last).map { j in
                    exp(scale * (0..<d).reduce(0.0) { $0 + q[(row * heads + h) * d + $1] * segment.keys[(j * kvHeads + kv) * d + $1] })
                }
                let sum = weights.reduce(0, +)
                for c in 0..<d {
                    result.append(
                        zip(first...last, weights).reduce(0) { $0 + $1.1 / sum * segment.values[($1.0 * kvHeads + kv) * d + c] })
                }
            }
        }
        return result
    }

    @Test("attention agrees with the written-out formula, with grouped heads, a cache and a window")
    func formula() {
        var numbers = Numbers(seed: 7)
        let q: Tensor<Double> = numbers.tensor([7, 4, 6], range: 2)
        let segments = [
            AttentionSegment<Double>(rows: 0..<3, keys: numbers.tensor([3, 2, 6]), values: numbers.tensor([3, 2, 6])),
            AttentionSegment<Double>(rows: 3..<5, keys: numbers.tensor([9, 2, 6]), values: numbers.tensor([9, 2, 6]), firstPosition: 6),
            AttentionSegment<Double>(
                rows: 5..<7, keys: numbers.tensor([8, 2, 6]), values: numbers.tensor([8, 2, 6]), firstPosition: 6, window: 3),
        ]
        for compute in allComputes {
            let out = Tensor<Double>(zeros: [7, 4, 6])
            compute.attention(q, segments: segments, scale: 0.4, into: out)
            let expected = segments.flatMap { naive(q, $0, scale: 0.4) }
            #expect(zip(out.array, expected).allSatisfy { abs($0 - $1) < 1e-12 })
        }
    }

    @Test("attentionBackward is the derivative")
    func gradient() {
        var numbers = Numbers(seed: 8)
        let q: Tensor<Double> = numbers.tensor([5, 4, 6], range: 2)
        let keys: Tensor<Double> = numbers.tensor([8, 2, 6], range: 2)
        let values: Tensor<Double> = numbers.tensor([8, 2, 6])
        let dOut: Tensor<Double> = numbers.tensor([5, 4, 6])
        for (window, softcap) in [(nil, 0), (3, 0), (3, 0.7)] {
            let segments = [
                AttentionSegment(rows: 0..<3, keys: keys.rows(0..<5), values: values.rows(0..<5), firstPosition: 2, window: window),
                AttentionSegment(rows: 3..<5, keys: keys.rows(5..<8), values: values.rows(5..<8), firstPosition: 1, window: window),
            ]
            let out = Tensor<Double>(zeros: [5, 4, 6])
            let lse = Tensor<Double>(zeros: [5, 4])
            let loss = {
                oracle.attention(q, segments: segments, scale: 0.4, softcap: softcap, into: out, logSumExp: lse)
                return dot(out, dOut)
            }
            _ = loss()
            let dq = Tensor<Double>(zeros: q.shape)
            let dKeys = Tensor<Double>(zeros: keys.shape)
            let dValues = Tensor<Double>(zeros: values.shape)
            oracle.attentionBackward(
                dOut: dOut, q: q, segments: segments, out: out, logSumExp: lse, scale: 0.4, softcap: softcap, dq: dq,
                gradients: [(dKeys.rows(0..<5), dValues.rows(0..<5)), (dKeys.rows(5..<8), dValues.rows(5..<8))])
            #expect(gradientError(of: q, gradient: dq, loss: loss) < 1e-8)
            #expect(gradientError(of: keys, gradient: dKeys, loss: loss) < 1e-8)
            #expect(gradientError(of: values, gradient: dValues, loss: loss) < 1e-8)
        }
    }

    @Test("every variant gives the bits of the oracle, forward and backward, for all kinds of shapes")
    func variants() {
        var numbers = Numbers(seed: 9)
        let shapes: [(t: Int, heads: Int, kvHeads: Int, d: Int, before: Int, window: Int?)] = [
            (1, 1, 1, 1, 0, nil), (1, 4, 2, 32, 70, nil), (1, 3, 1, 64, 300, 100), (5, 2, 2, 7, 3, nil), (17, 3, 1, 16, 0, nil),
            (33, 2, 1, 20, 31, nil), (64, 2, 1, 64, 0, nil), (70, 4, 4, 48, 5, 20), (100, 6, 2, 64, 0, nil), (40, 1, 1, 128, 9, nil),
            (130, 9, 3, 64, 2, nil), (3, 2, 1, 33, 64, nil), (1, 8, 1, 128, 33, nil), (2, 12, 4, 80, 129, nil), (65, 2, 2, 31, 1, nil),
        ]
        for (t, heads, kvHeads, d, before, window) in shapes {
            let q: Tensor<Float> = numbers.tensor([t, heads, d], range: 2)
            let dOut: Tensor<Float> = numbers.tensor([t, heads, d])
            let keys: Tensor<Float> = numbers.tensor([before + t + 2, kvHeads, d], range: 2)
            let values: Tensor<Float> = numbers.tensor([before + t + 2, kvHeads, d])
            let segments = [AttentionSegment(rows: 0..<t, keys: keys, values: values, firstPosition: before, window: window)]
            let softcap = d % 3 == 0 ? 0.9 : 0
            func results(_ compute: Compute) -> [[UInt32]] {
                let out = Tensor<Float>(zeros: q.shape)
                let lse = Tensor<Float>(zeros: [t, heads])
                let dq = q.copy()
                let dKeys = keys.copy()
                let dValues = values.copy()
                compute.attention(q, segments: segments, scale: 0.3, softcap: softcap, into: out, logSumExp: lse)
                compute.attentionBackward(
                    dOut: dOut, q: q, segments: segments, out: out, logSumExp: lse, scale: 0.3, softcap: softcap, dq: dq,
                    gradients: [(dKeys, dValues)])
                return [out, lse, dq, dKeys, dValues].map(bits)
            }
            let expected = results(oracle)
            for compute in allComputes {
                #expect(results(compute) == expected, "\((t, heads, kvHeads, d, before, window)) \(compute.instructionSet)")
            }
        }
    }

    @Test("a row's bits are the same in a prefill, alone with a cache, and beside other segments")
    func oneDefinition() {
        var numbers = Numbers(seed: 10)
        let q: Tensor<Float> = numbers.tensor([90, 6, 64], range: 2)
        let keys: Tensor<Float> = numbers.tensor([90, 2, 64], range: 2)
        let values: Tensor<Float> = numbers.tensor([90, 2, 64])
        for compute in allComputes {
            let whole = Tensor<Float>(zeros: q.shape)
            compute.attention(q, segments: [AttentionSegment(rows: 0..<90, keys: keys, values: values)], scale: 0.125, into: whole)
            let parts = Tensor<Float>(zeros: q.shape)
            let segments = [0..<1, 1..<50, 50..<51, 51..<90].map {
                AttentionSegment(rows: $0, keys: keys, values: values, firstPosition: $0.lowerBound)
            }
            compute.attention(q, segments: segments, scale: 0.125, into: parts)
            #expect(bits(whole) == bits(parts))
        }
    }
}
