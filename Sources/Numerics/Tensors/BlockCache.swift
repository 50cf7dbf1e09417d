import Foundation
import Synchronization

/// Freed blocks of large tensors, kept for the next ones of about their size.
///
/// A training step makes and frees the same few hundred blocks again and again; taken from the system each time they cost it an eighth
/// of its time in page faults. What lies idle never raises the total by more than 64 MiB, or a thirty-second, over the most
/// that was in use at once.
enum BlockCache {
    /// Smaller blocks are the heap's business.
    static let smallest = 1 << 16

    private struct State {
        /// Addresses of free blocks by their size.
        var free: [Int: [UInt]] = [:]
        var idleBytes = 0
        var usedBytes = 0
        var mostUsedBytes = 0
    }

    private static let state = Mutex(State())

    /// The size of the block for so many bytes: an eighth more at most, so that blocks of about one size are one size.
    static func capacity(_ bytes: Int) -> Int {
        let step = max(4096, 1 << max(0, Int.bitWidth - 1 - bytes.leadingZeroBitCount - 3))
        return (bytes + step - 1) / step * step
    }

    /// A block of `capacity` bytes, its contents undefined, aligned to 64 bytes.
    static func take(_ capacity: Int) -> UnsafeMutableRawPointer {
        let (found, surplus) = state.withLock { state -> (UInt?, [UInt]) in
            state.usedBytes += capacity
            state.mostUsedBytes = max(state.mostUsedBytes, state.usedBytes)
            if let address = state.free[capacity]?.popLast() {
                state.idleBytes -= capacity
                return (address, [])
            }
            var surplus: [UInt] = []
            let allowed = state.mostUsedBytes + max(1 << 26, state.mostUsedBytes / 32)
            while state.usedBytes + state.idleBytes > allowed, let size = state.free.filter({ !$0.value.isEmpty }).keys.max(),
                let address = state.free[size]?.popLast()
            {
                surplus.append(address)
                state.idleBytes -= size
            }
            return (nil, surplus)
        }
        surplus.forEach(release)
        return found.flatMap(UnsafeMutableRawPointer.init(bitPattern:)) ?? .allocate(byteCount: capacity, alignment: 64)
    }

    /// Takes a block back.
    static func give(_ block: UnsafeMutableRawPointer, _ capacity: Int) {
        let address = UInt(bitPattern: block)
        state.withLock { state in
            state.usedBytes -= capacity
            state.idleBytes += capacity
            state.free[capacity, default: []].append(address)
        }
    }

    private static func release(_ address: UInt) { UnsafeMutableRawPointer(bitPattern: address)?.deallocate() }
}
