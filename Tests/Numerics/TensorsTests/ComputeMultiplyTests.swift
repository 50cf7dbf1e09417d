import Testing

import Tensors

@Suite struct ComputeMultiplyTests {
    private static let sizes: [(Int, Int, Int)] = [
        (1, 1, 1), (1, 33, 5), (2, 64, 17), (3, 31, 64), (5, 95, 7), (7, 16, 129), (8, 96, 40), (13, 40, 33), (29, 65, 100), (40, 100, 300),
        (170, 33, 19), (15, 200, 600),
    ]

    @Test("a product agrees with a naive Double loop, for every transposition, with and without accumulation")
    func naive() {
        var numbers = Numbers(seed: 1)
        for (m, n, k) in Self.sizes {
            for flags in 0..<8 {
                let (ta, tb, accumulate) = (flags & 1 > 0, flags & 2 > 0, flags & 4 > 0)
                let a: Tensor<Float> = numbers.tensor(ta ? [k, m] : [m, k])
                let b: Tensor<Float> = numbers.tensor(tb ? [n, k] : [k, n])
                let start: Tensor<Float> = numbers.tensor([m, n])
                var expected = [Double](repeating: 0, count: m * n)
                for i in 0..<m {
                    for j in 0..<n {
                        var sum = accumulate ? Double(start[i * n + j]) : 0
                        for l in 0..<k { sum += Double(a[ta ? l * m + i : i * k + l]) * Double(b[tb ? j * k + l : l * n + j]) }
                        expected[i * n + j] = sum
                    }
                }
                var first: [UInt32]?
                for compute in allComputes {
                    let c = start.copy()
                    compute.multiply(a, transposed: ta, b, transposed: tb, into: c, accumulate: accumulate)
                    // A chain of k roundings, each at most 2^-24 of a partial sum below k.
                    let worst = zip(c.array, expected).map { abs(Double($0) - $1) }.max() ?? 0
                    #expect(worst < 1e-6 * Double(k + 1), "\(m) \(n) \(k) flags \(flags) \(compute.instructionSet)")
                    if let first { #expect(bits(c) == first, "\(m) \(n) \(k) flags \(flags) \(compute.instructionSet)") }
                    first = first ?? bits(c)
                }
            }
        }
    }

    @Test("a product of few rows or columns over many steps has the bits of any other product")
    func thin() {
        var numbers = Numbers(seed: 8)
        for (m, n, k) in [(16, 150, 70), (200, 16, 33), (64, 65, 16), (65, 64, 130), (48, 1, 20), (300, 3, 17)] {
            let a: Tensor<Float> = numbers.tensor([k, m])
            let b: Tensor<Float> = numbers.tensor([k, n])
            let turned = Tensor((0..<n * k).map { b[$0 % k * n + $0 / k] }, shape: [n, k])
            for (accumulate, compute) in [false, true].flatMap({ flag in allComputes.map { (flag, $0) } }) {
                let (c, expected): (Tensor<Float>, Tensor<Float>) = (numbers.tensor([m, n]), Tensor(zeros: [m, n]))
                expected.copy(from: c)
                compute.multiply(a, transposed: true, b, into: c, accumulate: accumulate)
                // Two transposed operands take the general way.
                compute.multiply(a, transposed: true, turned, transposed: true, into: expected, accumulate: accumulate)
                #expect(bits(c) == bits(expected), "\(m) \(n) \(k) \(compute.instructionSet)")
            }
        }
    }

    @Test("a product of some columns, into some columns, has the bits of the product of their copies, and touches no other column")
    func columns() {
        var numbers = Numbers(seed: 7)
        let (m, n, k) = (37, 21, 40)
        func copied(_ tensor: Tensor<Float>, _ columns: Range<Int>) -> Tensor<Float> {
            Tensor(
                (0..<tensor.rowCount).flatMap { row in columns.map { tensor[row * tensor.rowLength + $0] } },
                shape: [tensor.rowCount, columns.count])
        }
        for flags in 0..<8 {
            let (ta, tb, accumulate) = (flags & 1 > 0, flags & 2 > 0, flags & 4 > 0)
            let (aColumns, bColumns) = (3..<3 + (ta ? m : k), 5..<5 + (tb ? k : n))
            let a: Tensor<Float> = numbers.tensor([ta ? k : m, aColumns.count + 9])
            let b: Tensor<Float> = numbers.tensor([tb ? n : k, bColumns.count + 6])
            let start: Tensor<Float> = numbers.tensor([m, n + 11])
            for compute in allComputes {
                let (c, expected) = (start.copy(), copied(start, 4..<4 + n))
                compute.multiply(
                    copied(a, aColumns), transposed: ta, copied(b, bColumns), transposed: tb, into: expected, accumulate: accumulate)
                compute.multiply(
                    a, columns: aColumns, transposed: ta, b, rightColumns: bColumns, rightTransposed: tb, into: c,
                    resultColumns: 4..<4 + n, accumulate: accumulate)
                #expect(bits(copied(c, 4..<4 + n)) == bits(expected), "flags \(flags) \(compute.instructionSet)")
                for rest in [0..<4, 4 + n..<n + 11] { #expect(bits(copied(c, rest)) == bits(copied(start, rest))) }
            }
        }
    }

    @Test("packed weights give the bits of plain weights, and a row's bits do not depend on the other rows")
    func packed() {
        var numbers = Numbers(seed: 2)
        for (out, inputs) in [(1, 1), (31, 40), (64, 64), (100, 333), (257, 600)] {
            let w: Tensor<Float> = numbers.tensor([out, inputs])
            let x: Tensor<Float> = numbers.tensor([37, inputs])
            let expected = Tensor<Float>(zeros: [37, out])
            oracle.linear(x, w, into: expected)
            for compute in allComputes {
                let panels = PackedMatrix(w, on: compute)
                for rows in [1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 14, 15, 17, 28, 37] {
                    let y = Tensor<Float>(zeros: [rows, out])
                    compute.linear(x.rows(37 - rows..<37), panels, into: y)
                    #expect(bits(y) == bits(expected.rows(37 - rows..<37)), "\(out) \(inputs) rows \(rows) \(compute.instructionSet)")
                }
            }
        }
    }

    @Test("the Double product is that of the naive loop")
    func doubles() {
        var numbers = Numbers(seed: 3)
        let a: Tensor<Double> = numbers.tensor([9, 50])
        let b: Tensor<Double> = numbers.tensor([50, 70])
        for compute in allComputes {
            let c = Tensor<Double>(zeros: [9, 70])
            compute.multiply(a, b, into: c)
            for i in 0..<9 {
                for j in 0..<70 {
                    var sum = 0.0
                    for l in 0..<50 { sum.addProduct(a[i * 50 + l], b[l * 70 + j]) }
                    #expect(c[i * 70 + j] == sum)
                }
            }
        }
    }

    @Test("OpenBLAS agrees with our kernels, and its rows' bits do not depend on the other rows or on threads")
    func openBLAS() {
        var numbers = Numbers(seed: 18)
        let a: Tensor<Float> = numbers.tensor([70, 300])
        let b: Tensor<Float> = numbers.tensor([45, 300])
        let start: Tensor<Float> = numbers.tensor([70, 45])
        let expected = start.copy()
        oracle.linear(a, b, into: expected, accumulate: true)
        var whole: Tensor<Float>?
        for threads in [1, 2] {
            let blas = Compute(pool: ThreadPool(threads: threads), usesBLAS: true)
            let found = start.copy()
            blas.linear(a, b, into: found, accumulate: true)
            // Two orders of 300 roundings.
            #expect(zip(found.array, expected.array).allSatisfy { abs($0 - $1) < 3e-5 })
            for rows in [1, 31, 33] {
                let part = start.rows(0..<rows).copy()
                blas.linear(a.rows(0..<rows), b, into: part, accumulate: true)
                #expect(bits(part) == bits(found.rows(0..<rows)))
            }
            if let whole { #expect(bits(whole) == bits(found)) }
            whole = found
        }
        let (x, y) = (Tensor(a.array.map(Double.init), shape: a.shape), Tensor(b.array.map(Double.init), shape: b.shape))
        let (ours, theirs) = (Tensor<Double>(zeros: [70, 45]), Tensor<Double>(zeros: [70, 45]))
        oracle.linear(x, y, into: ours)
        Compute(pool: ThreadPool(threads: 1), usesBLAS: true).linear(x, y, into: theirs)
        #expect(zip(ours.array, theirs.array).allSatisfy { abs($0 - $1) < 1e-12 })
    }
}
