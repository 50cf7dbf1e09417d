import CKernels

/// Weights [out, in] laid out once for `Compute.linear`, which gives the same bits as with the plain tensor.
public final class PackedMatrix: Sendable {
    /// The length of a result row.
    public let outputs: Int
    /// The length of an input row.
    public let inputs: Int
    let panels: Tensor<Float>

    /// Packs weights [out, in], reading 32 rows at a time.
    public init(_ weights: RowSource, on compute: Compute) {
        let (outputs, inputs, width) = (weights.rowCount, weights.rowLength, PANEL_WIDTH)
        let panels = Tensor<Float>(toOverwrite: [(outputs + width - 1) / width, inputs, width])
        let kernels = Float.kernels(compute.instructionSet)
        compute.pool.run(panels.rowCount) { panel in
            let rows = panel * width..<min(outputs, (panel + 1) * width)
            compute.scratch.lend(Float.self, count: width * inputs) { numbers in
                weights.copy(rows, into: numbers)
                kernels.packPanels(rows.count, inputs, numbers, 1, inputs, panels.pointer + panel * width * inputs)
            }
        }
        self.outputs = outputs
        self.inputs = inputs
        self.panels = panels
    }

    /// Packs weights [out, in] that are in memory.
    public convenience init(_ weights: Tensor<Float>, on compute: Compute) { self.init(RowSource(weights), on: compute) }
}

/// A matrix in memory by its two strides.
struct Matrix<Element: Real> {
    let pointer: UnsafeMutablePointer<Element>
    let rows: Int
    let columns: Int
    let rowStride: Int
    let columnStride: Int

    init(_ tensor: Tensor<Element>, transposed: Bool) {
        self.init(tensor, columns: 0..<tensor.rowLength, transposed: transposed)
    }

    /// Some columns of a tensor's rows, transposed then where asked; the tensor must outlive it.
    init(_ tensor: Tensor<Element>, columns: Range<Int>, transposed: Bool = false) {
        precondition(columns.lowerBound >= 0 && columns.upperBound <= tensor.rowLength, "columns \(columns) of \(tensor.shape)")
        pointer = tensor.pointer + columns.lowerBound
        (rows, self.columns) = transposed ? (columns.count, tensor.rowCount) : (tensor.rowCount, columns.count)
        (rowStride, columnStride) = transposed ? (1, tensor.rowLength) : (tensor.rowLength, 1)
    }
}

extension Compute {
    /// Some columns of c = op(a) op(b), or of c += op(a) op(b), where the operands are columns too: products of matrices that lie side
    /// by side. nil means all columns.
    ///
    /// Shapes: op(a[:, aColumns]) [m, k], op(b[:, bColumns]) [k, n], c[:, resultColumns] [m, n].
    public func multiply<E: Real>(
        _ a: Tensor<E>, columns aColumns: Range<Int>?, transposed aTransposed: Bool = false, _ b: Tensor<E>,
        rightColumns bColumns: Range<Int>?, rightTransposed bTransposed: Bool = false, into c: Tensor<E>, resultColumns: Range<Int>?,
        accumulate: Bool = false
    ) {
        product(
            Matrix(a, columns: aColumns ?? 0..<a.rowLength, transposed: aTransposed),
            Matrix(b, columns: bColumns ?? 0..<b.rowLength, transposed: bTransposed),
            Matrix(c, columns: resultColumns ?? 0..<c.rowLength), accumulate: accumulate)
    }

    /// c = op(a) op(b), or c += op(a) op(b); op transposes where asked.
    ///
    /// Shapes: op(a) [m, k], op(b) [k, n], c [m, n]. Each element is one chain of fused multiply-adds over k, of operands that are
    /// rounded first where `products` says so.
    public func multiply<E: Real>(
        _ a: Tensor<E>, transposed aTransposed: Bool = false, _ b: Tensor<E>, transposed bTransposed: Bool = false, into c: Tensor<E>,
        accumulate: Bool = false
    ) {
        product(
            Matrix(a, transposed: aTransposed), Matrix(b, transposed: bTransposed), Matrix(c, transposed: false), accumulate: accumulate)
    }

    /// y = x wᵀ, or y += x wᵀ.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out].
    public func linear<E: Real>(_ x: Tensor<E>, _ w: Tensor<E>, into y: Tensor<E>, accumulate: Bool = false) {
        product(Matrix(x, transposed: false), Matrix(w, transposed: true), Matrix(y, transposed: false), accumulate: accumulate)
    }

    /// y = x wᵀ, or y += x wᵀ, with weights packed before; the same bits as with plain weights.
    ///
    /// Shapes: x [t, in], w [out, in], y [t, out].
    public func linear(_ x: Tensor<Float>, _ w: PackedMatrix, into y: Tensor<Float>, accumulate: Bool = false) {
        let a = Matrix(x, transposed: false)
        precondition(a.columns == w.inputs && y.rowCount == a.rows && y.rowLength == w.outputs, "linear: \(x.shape) into \(y.shape)")
        multiply(a, panels: w.panels.pointer, columns: 0..<w.outputs, Matrix(y, transposed: false), accumulate: accumulate)
    }

    private func product<E: Real>(_ a: Matrix<E>, _ b: Matrix<E>, _ c: Matrix<E>, accumulate: Bool) {
        let (m, n, k) = (a.rows, b.columns, a.columns)
        precondition(b.rows == k, "multiply: [\(m), \(k)] by [\(b.rows), \(n)]")
        precondition(c.rows == m && c.columns == n, "multiply: the result [\(m), \(n)] into [\(c.rows), \(c.columns)]")
        guard m > 0, n > 0 else { return }
        if products == .bfloat16, !usesBLAS, let kernels = E.kernels(instructionSet).pairs {
            return product(a, b, c, accumulate: accumulate, by: kernels)
        }
        if isThin(a, b) { return thinProduct(a, b, c, accumulate: accumulate) }
        // Packed columns at a time: about 4 MiB, so that they stay in the cache while the rows pass.
        let width = PANEL_WIDTH
        let chunk = max(8, (1 << 20) / max(1, k) / width) * width
        for first in stride(from: 0, to: n, by: chunk) {
            let columns = first..<min(n, first + chunk)
            scratch.lend(E.self, count: (columns.count + width - 1) / width * width * k) { panels in
                pack(b, columns: columns, into: panels)
                multiply(a, panels: panels, columns: columns, c, accumulate: accumulate)
            }
        }
    }

    /// Packs some columns of b into panels.
    func pack<E: Real>(_ b: Matrix<E>, columns: Range<Int>, into panels: UnsafeMutablePointer<E>) {
        let kernels = E.kernels(instructionSet)
        let width = PANEL_WIDTH
        let grain = max(1, 65536 / max(1, b.rows * width)) * width
        split(columns.count, grain: grain) { part in
            let source = b.pointer + (columns.lowerBound + part.lowerBound) * b.columnStride
            kernels.packPanels(part.count, b.rows, source, b.rowStride, b.columnStride, panels + part.lowerBound * b.rows)
        }
    }

    /// Multiplies a by packed columns of b, the tasks being tiles of c.
    private func multiply<E: Real>(
        _ a: Matrix<E>, panels: UnsafeMutablePointer<E>, columns: Range<Int>, _ c: Matrix<E>, accumulate: Bool
    ) {
        let multiplyPacked = usesBLAS ? BLASProduct.multiplyPacked : E.kernels(instructionSet).multiplyPacked
        let (m, k) = (a.rows, a.columns)
        guard m > 0 else { return }
        tiles(rows: m, columns: columns.count, depth: k) { rows, part in
            let (row, column) = (rows.lowerBound, part.lowerBound)
            let size = usesBLAS ? BLASProduct.scratch(depth: k) : multiply_scratch(rows.count, k)
            scratch.lend(E.self, count: size) { space in
                multiplyPacked(
                    rows.count, part.count, k, a.pointer + row * a.rowStride, a.rowStride, a.columnStride, panels + column * k,
                    c.pointer + row * c.rowStride + columns.lowerBound + column, c.rowStride, accumulate ? 1 : 0, space)
            }
        }
    }

    /// Shares the tiles of a product out: blocks of rows that fit the second-level cache, and enough blocks of whole panels.
    func tiles(rows m: Int, columns n: Int, depth k: Int, _ body: (Range<Int>, Range<Int>) -> Void) {
        let rowBlocks = (m + 167) / 168
        let rowGrain = ((m + rowBlocks - 1) / rowBlocks + 13) / 14 * 14
        let panelCount = (n + PANEL_WIDTH - 1) / PANEL_WIDTH
        let columnBlocks = min(panelCount, max(1, (2 * pool.threads + rowBlocks - 1) / rowBlocks))
        let columnGrain = (panelCount + columnBlocks - 1) / columnBlocks * PANEL_WIDTH
        let rowTasks = (m + rowGrain - 1) / rowGrain
        let columnTasks = (n + columnGrain - 1) / columnGrain
        let run = { (task: Int) in
            let (row, column) = (task % rowTasks * rowGrain, task / rowTasks * columnGrain)
            body(row..<min(m, row + rowGrain), column..<min(n, column + columnGrain))
        }
        // Waking a thread costs more than a tiny product.
        if m * n * k < 1 << 15 { (0..<rowTasks * columnTasks).forEach(run) } else { pool.run(rowTasks * columnTasks, run) }
    }
}
