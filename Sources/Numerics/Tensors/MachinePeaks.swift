import CKernels
import Synchronization

/// What the threads of a pool can do at most together, measured: the measure that rates of the engine are held against.
public struct MachinePeaks: Sendable, Equatable {
    /// Multiplications and additions of 8-bit numbers a second, on registers alone.
    public let int8Operations: Double
    /// Multiplications and additions of float32 numbers a second, on registers alone.
    public let floatOperations: Double
    /// Bytes a second that are read from memory far larger than the caches.
    public let bytesRead: Double

    /// Measures for about a second; the best of five of each, since other programs can only slow them.
    public static func measure(on compute: Compute) -> MachinePeaks {
        let set = compute.instructionSet.rawValue
        let threads = compute.pool.threads
        let words = Tensor<Double>(zeros: [threads, 1 << 23])
        func best(_ body: (Int) -> Double) -> Double {
            (0..<5).map { _ in
                let amounts = Tensor<Double>(zeros: [threads])
                let seconds = ContinuousClock().measure {
                    compute.pool.run(threads) { thread in amounts.pointer[thread] = body(thread) }
                }
                return amounts.array.reduce(0, +) / (seconds / .seconds(1))
            }.max() ?? 0
        }
        let sink = Atomic<UInt64>(0)
        let read = best { thread in
            let start = UnsafeRawPointer(words.pointer + thread << 23).assumingMemoryBound(to: UInt64.self)
            sink.add(peak_reading(1 << 23, start), ordering: .relaxed)
            return Double(8 << 23)
        }
        return MachinePeaks(
            int8Operations: best { _ in peak_int8(set, 500) }, floatOperations: best { _ in peak_float(set, 500) }, bytesRead: read)
    }
}
