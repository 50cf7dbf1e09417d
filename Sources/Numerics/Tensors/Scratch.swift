import Synchronization

/// Working memory for kernels, lent and taken back, so that no product allocates once the engine runs steadily.
final class Scratch: Sendable {
    private struct Block: @unchecked Sendable {
        let start: UnsafeMutableRawPointer
        let bytes: Int
    }

    private let free = Mutex<[Block]>([])

    init() {}

    /// Lends aligned memory for `count` elements, its contents undefined.
    func lend<Element, Result>(_ type: Element.Type, count: Int, _ body: (UnsafeMutablePointer<Element>) -> Result) -> Result {
        let bytes = max(count, 1) * MemoryLayout<Element>.stride
        let block = take(bytes)
        defer { free.withLock { $0.append(block) } }
        return body(block.start.bindMemory(to: type, capacity: max(count, 1)))
    }

    /// The smallest free block that is large enough; else a new one in place of the largest that is not.
    private func take(_ bytes: Int) -> Block {
        let found: Block? = free.withLock { blocks in
            var best: Int?
            for (i, block) in blocks.enumerated() where block.bytes >= bytes {
                if let b = best, blocks[b].bytes <= block.bytes { continue }
                best = i
            }
            if let best { return blocks.remove(at: best) }
            if let largest = blocks.indices.max(by: { blocks[$0].bytes < blocks[$1].bytes }), blocks.count > 16 {
                blocks.remove(at: largest).start.deallocate()
            }
            return nil
        }
        if let found { return found }
        let rounded = (bytes + 4095) / 4096 * 4096
        return Block(start: .allocate(byteCount: rounded, alignment: 64), bytes: rounded)
    }

    deinit { free.withLock { blocks in blocks.forEach { $0.start.deallocate() } } }
}
