import Foundation
import Synchronization

/// Where the weights of one network are laid out, side by side in large pieces of memory that the system may back by large pages.
///
/// A piece lives as long as the last block in it.
public final class WeightArena: Sendable {
    private let state = Mutex<(piece: Piece?, used: Int)>((nil, 0))

    public init() {}

    /// Memory for so many bytes, aligned to 64, its contents undefined.
    func block(bytes: Int) -> MemoryBlock {
        let size = (max(bytes, 1) + 63) / 64 * 64
        return state.withLock { state in
            if let piece = state.piece, state.used + size <= piece.bytes {
                defer { state.used += size }
                return MemoryBlock(piece: piece, start: piece.start + state.used, bytes: bytes)
            }
            // One larger than a piece gets its own, and the piece begun before is filled on.
            let fresh = Piece(bytes: max(size, Self.pieceBytes))
            if size < Self.pieceBytes { state = (fresh, size) }
            return MemoryBlock(piece: fresh, start: fresh.start, bytes: bytes)
        }
    }

    private static let pieceBytes = 32 << 20

    /// Unchecked because blocks share it out: no two of them overlap.
    fileprivate final class Piece: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let bytes: Int

        init(bytes: Int) {
            let page = 2 << 20
            self.bytes = (bytes + page - 1) / page * page
            start = .allocate(byteCount: self.bytes, alignment: page)
            // A wish, not a need: products are the same with small pages.
            #if os(Linux)
                _ = madvise(start, self.bytes, 14)  // MADV_HUGEPAGE
            #endif
        }

        deinit { start.deallocate() }
    }
}

/// A part of an arena, written once before it is shared.
///
/// Unchecked because nothing writes to it after the matrix that owns it is made.
final class MemoryBlock: @unchecked Sendable {
    let start: UnsafeMutableRawPointer
    let bytes: Int
    private let piece: WeightArena.Piece

    fileprivate init(piece: WeightArena.Piece, start: UnsafeMutableRawPointer, bytes: Int) {
        self.piece = piece
        self.start = start
        self.bytes = bytes
    }
}
