import CKernels

/// The left-hand side of 8-bit products: rows rounded to whole numbers from -127 to 127 with a scale each, written once and used for
/// every matrix that takes the same input.
///
/// Unchecked because it is shared memory by intent, as a tensor is: whoever writes to it while others read must order them.
public final class QuantisedRows: @unchecked Sendable {
    /// The most rows, and the longest row.
    public let capacity: Int
    public let longest: Int
    /// What stands in it now.
    public private(set) var rowCount = 0
    public private(set) var rowLength = 0
    let numbers: Bytes<UInt8>
    let scales: Tensor<Float>

    public init(rows capacity: Int, longest: Int) {
        self.capacity = capacity
        self.longest = longest
        numbers = Bytes(count: capacity * Self.stride(longest))
        scales = Tensor(zeros: [max(1, capacity)])
    }

    /// Not a multiple of 4 KiB, so that the rows of a tile do not share cache sets.
    static func stride(_ length: Int) -> Int { (length + 63) / 64 * 64 + 64 }

    var stride: Int { Self.stride(rowLength) }

    fileprivate func hold(rows: Int, length: Int) {
        precondition(rows <= capacity && length <= longest, "\(rows) rows of \(length) into \(capacity) of \(longest)")
        (rowCount, rowLength) = (rows, length)
    }
}

extension Compute {
    /// Rounds the rows of x.
    ///
    /// Shapes: x [t, d].
    public func quantise(_ x: Tensor<Float>, into rows: QuantisedRows) {
        let d = x.rowLength
        write(x.rowCount, d, into: rows) { _, row in x.pointer + row * d }
    }

    /// Rounds the rows of `rmsNorm`, which are not kept: the same bits as both one after the other.
    ///
    /// Shapes: x [t, d], weight [d].
    public func quantiseNormed(_ x: Tensor<Float>, weight: Tensor<Float>, epsilon: Float, into rows: QuantisedRows) {
        let d = x.rowLength
        precondition(weight.count == d, "quantiseNormed: x \(x.shape), weight \(weight.shape)")
        let kernels = Float.kernels(instructionSet)
        write(x.rowCount, d, into: rows) { space, row in
            kernels.rmsNorm(1, d, x.pointer + row * d, weight.pointer, epsilon, space, space + d)
            return space
        }
    }

    /// Rounds the rows of `swiGLU`, which are not kept: the same bits as both one after the other.
    ///
    /// Shapes: gate, up [t, d].
    public func quantiseSwiGLU(gate: Tensor<Float>, up: Tensor<Float>, into rows: QuantisedRows) {
        let d = gate.rowLength
        precondition(gate.count == up.count, "quantiseSwiGLU: gate \(gate.shape), up \(up.shape)")
        let kernels = Float.kernels(instructionSet)
        write(gate.rowCount, d, into: rows) { space, row in
            kernels.swiGLU(d, gate.pointer + row * d, up.pointer + row * d, space)
            return space
        }
    }

    /// Rounds each row that `make` gives, which has d + 1 numbers of working space.
    private func write(
        _ count: Int, _ d: Int, into target: QuantisedRows,
        _ make: (UnsafeMutablePointer<Float>, Int) -> UnsafeMutablePointer<Float>
    ) {
        target.hold(rows: count, length: d)
        let kernels = int8_kernels(instructionSet.rawValue).pointee
        let stride = target.stride
        split(count, grain: rowGrain(d)) { part in
            scratch.lend(Float.self, count: d + 1) { space in
                for row in part {
                    let source = make(space, row)
                    kernels.quantise(
                        1, d, source, stride, kernels.shift, target.numbers.pointer + row * stride, target.scales.pointer + row)
                }
            }
        }
    }

    /// y ≈ x wᵀ, or y += x wᵀ, with 8-bit weights and rows rounded before.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out]. The integer products are exact, so the result is the same on every processor.
    public func linear(_ x: QuantisedRows, _ w: PackedInt8Matrix, into y: Tensor<Float>, accumulate: Bool = false) {
        let (m, n, k) = (x.rowCount, w.outputs, w.inputs)
        precondition(
            x.rowLength == k && y.rowCount == m && y.rowLength == n, "linear: [\(m), \(x.rowLength)] by [\(n), \(k)] into \(y.shape)")
        guard m > 0, n > 0 else { return }
        let kernels = int8_kernels(instructionSet.rawValue).pointee
        let (depth, stride) = ((k + 3) / 4 * 4, x.stride)
        tiles(rows: m, columns: n, depth: k / 4) { rows, columns in
            let (row, column) = (rows.lowerBound, columns.lowerBound)
            kernels.multiply(
                rows.count, columns.count, k, x.numbers.pointer + row * stride, stride, x.scales.pointer + row,
                w.panels.pointer + column * depth, w.sums.pointer + column, w.scales.pointer + column, y.pointer + row * n + column, n,
                accumulate ? 1 : 0)
        }
    }

    /// y ≈ x wᵀ, or y += x wᵀ, with 8-bit weights; each row of x is rounded to 8 bits with a scale of its own.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out].
    public func linear(_ x: Tensor<Float>, _ w: PackedInt8Matrix, into y: Tensor<Float>, accumulate: Bool = false) {
        let rows = QuantisedRows(rows: x.rowCount, longest: x.rowLength)
        quantise(x, into: rows)
        linear(rows, w, into: y, accumulate: accumulate)
    }
}
