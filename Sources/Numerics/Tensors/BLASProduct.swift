import CKernels
import COpenBLAS

/// The product of a processor without fused multiply-adds (x86 before AVX2), where our kernels would emulate them.
///
/// OpenBLAS sums in an order of its own that changes with the shape, so every call has one shape: 32 rows, the missing ones zeros, by one
/// panel. Then a row's bits depend on nothing beside it; they do differ from those of the other instruction sets.
enum BLASProduct {
    /// Whether this processor needs it.
    static let isNeeded: Bool = {
        #if arch(x86_64)
            InstructionSet.best == .scalar
        #else
            false
        #endif
    }()

    private static let rows = 32

    /// Our pool has the threads; OpenBLAS works in the calling one.
    private static let isSingleThreaded: Void = openblas_set_num_threads(1)

    /// The scratch that `multiplyPacked` needs.
    static func scratch(depth k: Int) -> Int { rows * (k + PANEL_WIDTH) }

    /// Does what the kernel `multiply_packed` does.
    static func multiplyPacked<E: Real>(
        _ m: Int, _ n: Int, _ k: Int, _ a: UnsafePointer<E>, _ rowStride: Int, _ columnStride: Int, _ packed: UnsafePointer<E>,
        _ c: UnsafeMutablePointer<E>, _ resultStride: Int, _ accumulate: Int32, _ scratch: UnsafeMutablePointer<E>
    ) {
        _ = isSingleThreaded
        let (left, result) = (scratch, scratch + rows * k)
        for row in stride(from: 0, to: m, by: rows) {
            let height = min(rows, m - row)
            left.update(repeating: 0, count: rows * k)
            for i in 0..<height {
                for l in 0..<k { left[i * k + l] = a[(row + i) * rowStride + l * columnStride] }
            }
            for first in stride(from: 0, to: n, by: PANEL_WIDTH) {
                let width = min(PANEL_WIDTH, n - first)
                result.update(repeating: 0, count: rows * PANEL_WIDTH)
                if accumulate != 0 {
                    for i in 0..<height {
                        (result + i * PANEL_WIDTH).update(from: c + (row + i) * resultStride + first, count: width)
                    }
                }
                E.multiplyTile(rows, k, left, packed + first * k, result)
                for i in 0..<height {
                    (c + (row + i) * resultStride + first).update(from: result + i * PANEL_WIDTH, count: width)
                }
            }
        }
    }
}

extension Float {
    /// c [m, panel] += a [m, k] b [k, panel].
    public static func multiplyTile(
        _ m: Int, _ k: Int, _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>
    ) {
        let (m, k, n) = (blasint(m), blasint(k), blasint(PANEL_WIDTH))
        cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 1, c, n)
    }
}

extension Double {
    /// c [m, panel] += a [m, k] b [k, panel].
    public static func multiplyTile(
        _ m: Int, _ k: Int, _ a: UnsafePointer<Double>, _ b: UnsafePointer<Double>, _ c: UnsafeMutablePointer<Double>
    ) {
        let (m, k, n) = (blasint(m), blasint(k), blasint(PANEL_WIDTH))
        cblas_dgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 1, c, n)
    }
}
