/// Products that sum over many tokens and have few rows or columns, as the gradients of low-rank matrices: laying an operand out would cost as
/// much as multiplying by it.
extension Compute {
    /// So many rows of a result stay in the first-level cache beside the operands.
    private static var thinnest: Int { 64 }

    /// Columns a task: whole vectors of every instruction set, and enough tasks for a few threads.
    private static var grain: Int { 96 }

    /// Whether op(a) is a transposed matrix, op(b) a plain one, and their product thin.
    func isThin<E: Real>(_ a: Matrix<E>, _ b: Matrix<E>) -> Bool {
        !usesBLAS && a.rowStride == 1 && b.columnStride == 1 && a.columns >= 16 && min(a.rows, b.columns) <= Self.thinnest
    }

    /// c = op(a) op(b), or c += op(a) op(b): the same chains of fused multiply-adds as those of any other product.
    func thinProduct<E: Real>(_ a: Matrix<E>, _ b: Matrix<E>, _ c: Matrix<E>, accumulate: Bool) {
        let multiply = E.kernels(instructionSet).multiplyThin
        let (m, n, k) = (a.rows, b.columns, a.columns)
        guard m > Self.thinnest else {
            return split(n, grain: Self.grain) { part in
                let first = part.lowerBound
                multiply(
                    m, part.count, k, a.pointer, a.columnStride, b.pointer + first, b.rowStride, c.pointer + first, c.rowStride,
                    accumulate ? 1 : 0)
            }
        }
        // Of few columns: the transposed product, since each factor pair is the same either way round.
        split(m, grain: Self.grain) { part in
            scratch.lend(E.self, count: part.count * n) { turned in
                let rows = c.pointer + part.lowerBound * c.rowStride
                if accumulate {
                    for i in 0..<part.count { for j in 0..<n { turned[j * part.count + i] = rows[i * c.rowStride + j] } }
                }
                multiply(
                    n, part.count, k, b.pointer, b.rowStride, a.pointer + part.lowerBound, a.columnStride, turned, part.count,
                    accumulate ? 1 : 0)
                for i in 0..<part.count { for j in 0..<n { rows[i * c.rowStride + j] = turned[j * part.count + i] } }
            }
        }
    }
}
