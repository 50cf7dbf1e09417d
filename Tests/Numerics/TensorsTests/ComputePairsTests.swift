import Testing

@testable import Tensors

@Suite("Products of bfloat16") struct ComputePairsTests {
    /// x rounded to bfloat16 and made a float again.
    private static func rounded(_ x: Float) -> Float {
        let upper = Float(bitPattern: x.bitPattern & 0xFFFF_0000)
        let (rest, step) = (abs(x - upper), Float(bitPattern: upper.bitPattern + 0x1_0000) - upper)
        let goesUp = rest > abs(step) / 2 || rest == abs(step) / 2 && upper.bitPattern & 0x1_0000 != 0
        return goesUp ? upper + step : upper
    }

    private static let computes = allComputes.map { compute in
        var compute = compute
        compute.products = .bfloat16
        return compute
    }

    private static func flags(_ body: (Bool, Bool, Bool) -> Void) {
        for flags in 0..<8 { body(flags & 1 > 0, flags & 2 > 0, flags & 4 > 0) }
    }

    @Test("every instruction set and number of threads gives one chain of fused multiply-adds over rounded operands, for all small shapes")
    func chain() {
        var numbers = Numbers(seed: 31)
        let depths = Array(1...9) + [15, 16, 17, 31, 32, 33, 63, 65]
        for m in [1, 2, 3, 5, 6, 7, 13, 14, 15, 16, 29] {
            for n in [1, 2, 15, 16, 17, 31, 32, 33, 65] {
                let k = depths[(m * 7 + n) % depths.count]
                Self.flags { ta, tb, accumulate in
                    let a: Tensor<Float> = numbers.tensor(ta ? [k, m] : [m, k])
                    let b: Tensor<Float> = numbers.tensor(tb ? [n, k] : [k, n])
                    let start: Tensor<Float> = numbers.tensor([m, n])
                    let (x, y) = (a.array.map(Self.rounded), b.array.map(Self.rounded))
                    var expected = accumulate ? start.array : [Float](repeating: 0, count: m * n)
                    for i in 0..<m {
                        for j in 0..<n {
                            for l in 0..<k { expected[i * n + j].addProduct(x[ta ? l * m + i : i * k + l], y[tb ? j * k + l : l * n + j]) }
                        }
                    }
                    for compute in Self.computes {
                        let c = start.copy()
                        compute.multiply(a, transposed: ta, b, transposed: tb, into: c, accumulate: accumulate)
                        #expect(bits(c) == expected.map(\.bitPattern), "\(m) \(n) \(k) \(ta) \(tb) \(accumulate) \(compute.instructionSet)")
                    }
                }
            }
        }
    }

    @Test("shapes of several blocks and panels give the bits of the oracle", arguments: [(170, 33, 1025), (15, 4200, 600), (350, 70, 513)])
    func blocks(m: Int, n: Int, k: Int) {
        var numbers = Numbers(seed: 32)
        Self.flags { ta, tb, accumulate in
            let a: Tensor<Float> = numbers.tensor(ta ? [k, m] : [m, k])
            let b: Tensor<Float> = numbers.tensor(tb ? [n, k] : [k, n])
            let start: Tensor<Float> = numbers.tensor([m, n])
            let expected = start.copy()
            Self.computes[0].multiply(a, transposed: ta, b, transposed: tb, into: expected, accumulate: accumulate)
            for compute in Self.computes.dropFirst() {
                let c = start.copy()
                compute.multiply(a, transposed: ta, b, transposed: tb, into: c, accumulate: accumulate)
                #expect(bits(c) == bits(expected), "\(ta) \(tb) \(accumulate) \(compute.instructionSet)")
            }
        }
    }

    @Test("numbers below the smallest normal one count as zero, with every instruction set")
    func subnormal() {
        let tiny = Float.leastNormalMagnitude
        let a = Tensor<Float>([tiny / 2, tiny, 0x1p-70], shape: [1, 3])
        for compute in Self.computes {
            let c = Tensor<Float>([tiny / 4], shape: [1, 1])
            compute.linear(a, Tensor([1, 1, 0], shape: [1, 3]), into: c, accumulate: true)
            #expect(c.array == [tiny], "\(compute.instructionSet)")
            compute.linear(a, Tensor([1, 0, 0x1p-70], shape: [1, 3]), into: c)
            #expect(c.array == [0], "\(compute.instructionSet)")
        }
    }

    @Test("infinities and what is no number stay what they are")
    func special() {
        let a = Tensor<Float>([.infinity, 1, .nan, 3.4e38, 1, 2], shape: [3, 2])
        let b = Tensor<Float>([1, 1], shape: [1, 2])
        for compute in Self.computes {
            let c = Tensor<Float>(zeros: [3, 1])
            compute.linear(a, b, into: c)
            // 3.4e38 lies above the middle between the largest bfloat16 and infinity.
            #expect(c[0] == .infinity && c[1].isNaN && c[2] == 3, "\(compute.instructionSet)")
        }
    }

    @Test("Double products do not change")
    func doubles() {
        var numbers = Numbers(seed: 33)
        let (a, b): (Tensor<Double>, Tensor<Double>) = (numbers.tensor([9, 50]), numbers.tensor([30, 50]))
        let expected = Tensor<Double>(zeros: [9, 30])
        oracle.linear(a, b, into: expected)
        for compute in Self.computes {
            let c = Tensor<Double>(zeros: [9, 30])
            compute.linear(a, b, into: c)
            #expect(c.array == expected.array)
        }
    }
}
