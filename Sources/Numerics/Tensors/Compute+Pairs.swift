import CKernels

/// The C kernels of products that round their operands to bfloat16, two of them a word.
struct PairKernels<Element: Real> {
    typealias Words = UnsafeMutablePointer<UInt32>

    let pack: (Int, Int, UnsafePointer<Element>, Int, Int, Words) -> Void
    let multiply:
        (
            Int, Int, Int, UnsafePointer<Element>, Int, Int, UnsafePointer<UInt32>, UnsafeMutablePointer<Element>, Int, Int32,
            UnsafeMutablePointer<Element>
        ) -> Void
}

extension Compute {
    /// c = a b, or c += a b, of operands rounded to bfloat16; the shapes are checked.
    func product<E: Real>(_ a: Matrix<E>, _ b: Matrix<E>, _ c: Matrix<E>, accumulate: Bool, by kernels: PairKernels<E>) {
        let (n, width) = (b.columns, PANEL_WIDTH)
        let pairs = (a.columns + 1) / 2
        // As many bytes of packed columns at a time as float32 takes.
        let chunk = max(8, (1 << 20) / max(1, pairs) / width) * width
        for first in stride(from: 0, to: n, by: chunk) {
            let columns = first..<min(n, first + chunk)
            scratch.lend(UInt32.self, count: (columns.count + width - 1) / width * width * pairs) { panels in
                split(columns.count, grain: max(1, 65536 / max(1, a.columns * width)) * width) { part in
                    let source = b.pointer + (columns.lowerBound + part.lowerBound) * b.columnStride
                    kernels.pack(part.count, b.rows, source, b.rowStride, b.columnStride, panels + part.lowerBound * pairs)
                }
                multiply(a, panels: panels, columns: columns, c, accumulate: accumulate, by: kernels)
            }
        }
    }

    private func multiply<E: Real>(
        _ a: Matrix<E>, panels: UnsafeMutablePointer<UInt32>, columns: Range<Int>, _ c: Matrix<E>, accumulate: Bool,
        by kernels: PairKernels<E>
    ) {
        let k = a.columns
        tiles(rows: a.rows, columns: columns.count, depth: k) { rows, part in
            let (row, column) = (rows.lowerBound, part.lowerBound)
            scratch.lend(E.self, count: multiply_pairs_scratch(rows.count, k)) { space in
                kernels.multiply(
                    rows.count, part.count, k, a.pointer + row * a.rowStride, a.rowStride, a.columnStride, panels + column * ((k + 1) / 2),
                    c.pointer + row * c.rowStride + columns.lowerBound + column, c.rowStride, accumulate ? 1 : 0, space)
            }
        }
    }
}
