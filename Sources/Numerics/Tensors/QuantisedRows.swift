import CKernels

/// How finely the two sides of an 8-bit product are rounded.
public enum Int8Rounding: Sendable {
    /// Both to 8 bits.
    case full
    /// Both to 7 bits, whose products a processor with AVX2 alone adds up faster by two fifths.
    case light
}

/// The left-hand side of 8-bit products: rows transformed and rounded in blocks of 64 as the rows of a `PackedInt8Matrix` are, written once
/// and used for every matrix that takes the same input.
///
/// Unchecked because it is shared memory by intent, as a tensor is: whoever writes to it while others read must order them.
public final class QuantisedRows: @unchecked Sendable {
    /// The most rows, and the longest row.
    public let capacity: Int
    public let longest: Int
    /// What stands in it now.
    public private(set) var rowCount = 0
    public private(set) var rowLength = 0
    /// What the rows were rounded for.
    public private(set) var rounding = Int8Rounding.full
    let numbers: Bytes<UInt8>
    let scales: Tensor<Float>

    public init(rows capacity: Int, longest: Int) {
        self.capacity = capacity
        self.longest = longest
        numbers = Bytes(count: capacity * Self.stride(longest, form: Self.widestForm))
        scales = Tensor(zeros: [max(1, capacity * int8_blocks(longest))])
    }

    /// The form that takes the most memory, so that any variant finds room.
    private static let widestForm = Int32(INT8_WITH_MAGNITUDES)

    /// Bytes from row to row; not a multiple of 4 KiB, so that the rows of a tile do not share cache sets.
    static func stride(_ length: Int, form: Int32) -> Int { int8_row_bytes(length, form) + 64 }

    /// Scales a row.
    var blocks: Int { int8_blocks(rowLength) }

    fileprivate func hold(rows: Int, length: Int, rounding: Int8Rounding) {
        precondition(rows <= capacity && length <= longest, "\(rows) rows of \(length) into \(capacity) of \(longest)")
        (rowCount, rowLength, self.rounding) = (rows, length, rounding)
    }
}

extension Compute {
    /// Rounds the rows of x, for weights that are rounded alike.
    ///
    /// Shapes: x [t, d].
    public func quantise(_ x: Tensor<Float>, for rounding: Int8Rounding = .full, into rows: QuantisedRows) {
        let d = x.rowLength
        write(x.rowCount, d, rounding: rounding, into: rows) { _, row in x.pointer + row * d }
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
        quantise(Float.kernels(instructionSet).swiGLU, gate, up, into: rows)
    }

    /// Rounds the rows of `geGLU`, which are not kept: the same bits as both one after the other.
    ///
    /// Shapes: gate, up [t, d].
    public func quantiseGeGLU(gate: Tensor<Float>, up: Tensor<Float>, into rows: QuantisedRows) {
        quantise(Float.kernels(instructionSet).geGLU, gate, up, into: rows)
    }

    private func quantise(
        _ activation: (Int, Kernels<Float>.In, Kernels<Float>.In, Kernels<Float>.Out) -> Void, _ gate: Tensor<Float>, _ up: Tensor<Float>,
        into rows: QuantisedRows
    ) {
        let d = gate.rowLength
        precondition(gate.shape == up.shape, "a gate \(gate.shape) and what it lets through \(up.shape)")
        write(gate.rowCount, d, into: rows) { space, row in
            activation(d, gate.pointer + row * d, up.pointer + row * d, space)
            return space
        }
    }

    private func kernels(_ rounding: Int8Rounding) -> Int8Kernels {
        switch rounding {
        case .full: int8_kernels(instructionSet.rawValue).pointee
        case .light: int7_kernels(instructionSet.rawValue).pointee
        }
    }

    /// Rounds each row that `make` gives, which has d + 1 numbers of working space.
    private func write(
        _ count: Int, _ d: Int, rounding: Int8Rounding = .full, into target: QuantisedRows,
        _ make: (UnsafeMutablePointer<Float>, Int) -> UnsafeMutablePointer<Float>
    ) {
        target.hold(rows: count, length: d, rounding: rounding)
        let kernels = kernels(rounding)
        let (stride, blocks) = (QuantisedRows.stride(d, form: kernels.form), target.blocks)
        split(count, grain: rowGrain(d)) { part in
            scratch.lend(Float.self, count: d + 1) { space in
                for row in part {
                    let source = make(space, row)
                    kernels.quantise(
                        1, d, source, kernels.form, target.numbers.pointer + row * stride, stride, target.scales.pointer + row * blocks)
                }
            }
        }
    }

    /// y ≈ x wᵀ, or y += x wᵀ, with 8-bit weights and rows rounded before.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out]. A result is a chain of fused multiply-adds over the blocks, whose integer products are exact:
    /// the same on every processor.
    public func linear(_ x: QuantisedRows, _ w: PackedInt8Matrix, into y: Tensor<Float>, accumulate: Bool = false) {
        linear(x, [(w, y)], accumulate: accumulate)
    }

    /// The same for several matrices that take the same rows, all their tiles shared out at once.
    public func linear(_ x: QuantisedRows, _ products: [(w: PackedInt8Matrix, y: Tensor<Float>)], accumulate: Bool = false) {
        let kernels = kernels(x.rounding)
        let (m, stride) = (x.rowCount, QuantisedRows.stride(x.rowLength, form: kernels.form))
        guard m > 0 else { return }
        var starts: [Int] = []
        var tasks = 0
        let grids = products.map { w, y in
            precondition(
                x.rowLength == w.inputs && y.rowCount == m && y.rowLength == w.outputs,
                "linear: [\(m), \(x.rowLength)] by [\(w.outputs), \(w.inputs)] into \(y.shape)")
            precondition(w.isLight == (x.rounding != .full), "linear: rows rounded for other weights")
            let grid = TileGrid(rows: m, columns: w.outputs, rowBytes: stride, threads: pool.threads)
            starts.append(tasks)
            tasks += grid.count
            return grid
        }
        let run = { (task: Int) in
            let index = (starts.lastIndex { $0 <= task }) ?? 0
            let (w, y) = products[index]
            let (rows, columns) = grids[index][task - starts[index]]
            let (row, column, n) = (rows.lowerBound, columns.lowerBound, w.outputs)
            kernels.multiply(
                rows.count, columns.count, w.inputs, x.numbers.pointer + row * stride, stride, x.scales.pointer + row * x.blocks,
                w.panel(of: column), y.pointer + row * n + column, n, accumulate ? 1 : 0)
        }
        // Waking a thread costs more than a tiny product.
        let work = products.reduce(0) { $0 + $1.w.outputs * $1.w.inputs } * m
        if work < 1 << 17 { (0..<tasks).forEach(run) } else { pool.run(tasks, run) }
    }

    /// y ≈ x wᵀ, or y += x wᵀ, with 8-bit weights; each row of x is rounded on the way.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out].
    public func linear(_ x: Tensor<Float>, _ w: PackedInt8Matrix, into y: Tensor<Float>, accumulate: Bool = false) {
        let rows = QuantisedRows(rows: x.rowCount, longest: x.rowLength)
        quantise(x, into: rows)
        linear(rows, w, into: y, accumulate: accumulate)
    }
}

/// How an 8-bit product is cut into tasks: blocks of rows that stay in the second-level cache while panel after panel passes them, and
/// blocks of whole panels, so many that no thread waits long for the last.
private struct TileGrid {
    let rows: Int
    let columns: Int
    let rowTasks: Int
    let rowGrain: Int
    let columnGrain: Int
    let count: Int

    init(rows: Int, columns: Int, rowBytes: Int, threads: Int) {
        let most = max(28, min(168, (384 << 10) / max(1, rowBytes)))
        let rowBlocks = (rows + most - 1) / most
        rowGrain = (rows + rowBlocks - 1) / rowBlocks
        rowTasks = (rows + rowGrain - 1) / rowGrain
        let panels = (columns + PANEL_WIDTH - 1) / PANEL_WIDTH
        // A few rows alone are bound by reading the weights, in long runs.
        let wanted = threads == 1 ? 1 : rows <= 32 ? 2 * threads : 8 * threads
        let columnBlocks = min(panels, max(1, (wanted + rowTasks - 1) / rowTasks))
        columnGrain = columnBlocks == 0 ? PANEL_WIDTH : (panels + columnBlocks - 1) / columnBlocks * PANEL_WIDTH
        count = rowTasks * ((columns + columnGrain - 1) / columnGrain)
        self.rows = rows
        self.columns = columns
    }

    /// The rows and columns of one task; the blocks of rows pass the same columns one after the other.
    subscript(task: Int) -> (rows: Range<Int>, columns: Range<Int>) {
        let (row, column) = (task % rowTasks * rowGrain, task / rowTasks * columnGrain)
        return (row..<min(rows, row + rowGrain), column..<min(columns, column + columnGrain))
    }
}
