import Testing

@testable import Tensors

@Suite("BlockCache") struct BlockCacheTests {
    @Test("rounds sizes up by an eighth at most, to whole pages")
    func capacities() {
        for bytes in [1 << 16, (1 << 16) + 1, 100_000, 1 << 20, 5_767_168, (1 << 25) + 12] {
            let capacity = BlockCache.capacity(bytes)
            #expect(capacity >= bytes && capacity % 4096 == 0 && capacity <= bytes + bytes / 8 + 4096, "\(bytes): \(capacity)")
            #expect(BlockCache.capacity(capacity) == capacity)
        }
    }

    @Test("gives a tensor of zeros zeros, whatever lay in its block before")
    func zeros() {
        for _ in 0..<3 {
            let tensor = Tensor<Float>(zeros: [300, 301])
            #expect(tensor.array.allSatisfy { $0 == 0 })
            tensor.fill(7)
        }
    }
}
