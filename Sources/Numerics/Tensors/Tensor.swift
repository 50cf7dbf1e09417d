import Foundation

/// A row-major array of numbers with a shape; views share its storage.
///
/// Unchecked because it is shared memory by intent: whoever writes to a tensor while others read it must order them.
public final class Tensor<Element: Real>: @unchecked Sendable {
    /// The length of each dimension, the slowest first.
    public let shape: [Int]
    /// The number of elements.
    public let count: Int
    /// The first element; 64-byte aligned unless this is a view.
    @usableFromInline package let pointer: UnsafeMutablePointer<Element>
    private let storage: Storage<Element>

    /// Makes a tensor of zeros.
    public convenience init(zeros shape: [Int]) { self.init(shape: shape, isZeroed: true) }

    /// Makes a tensor whose numbers are undefined, for a result that writes every one of them before any is read.
    public convenience init(toOverwrite shape: [Int]) { self.init(shape: shape, isZeroed: false) }

    private init(shape: [Int], isZeroed: Bool) {
        precondition(shape.allSatisfy { $0 >= 0 }, "a negative dimension in \(shape)")
        self.shape = shape
        count = shape.reduce(1, *)
        storage = Storage(count: count, isZeroed: isZeroed)
        pointer = storage.pointer
    }

    private init(shape: [Int], storage: Storage<Element>, pointer: UnsafeMutablePointer<Element>) {
        self.shape = shape
        self.count = shape.reduce(1, *)
        self.storage = storage
        self.pointer = pointer
    }

    /// Makes a tensor of these values in row-major order.
    public convenience init(_ values: [Element], shape: [Int]) {
        self.init(toOverwrite: shape)
        precondition(values.count == count, "\(values.count) values for the shape \(shape)")
        values.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { pointer.update(from: start, count: count) }
        }
    }

    /// The elements in row-major order.
    public var array: [Element] { Array(UnsafeBufferPointer(start: pointer, count: count)) }

    /// The length of the first dimension (1 for a scalar).
    public var rowCount: Int { shape.first ?? 1 }

    /// The number of elements in one step of the first dimension.
    public var rowLength: Int { shape.dropFirst().reduce(1, *) }

    /// The element at a row-major index.
    @inlinable public subscript(i: Int) -> Element {
        get {
            precondition(i >= 0 && i < count, "index \(i) outside 0..<\(count)")
            return pointer[i]
        }
        set {
            precondition(i >= 0 && i < count, "index \(i) outside 0..<\(count)")
            pointer[i] = newValue
        }
    }

    /// A view of some rows (of the first dimension) that shares the storage.
    public func rows(_ range: Range<Int>) -> Tensor {
        precondition(range.lowerBound >= 0 && range.upperBound <= rowCount && !shape.isEmpty, "rows \(range) of the shape \(shape)")
        return Tensor(shape: [range.count] + shape.dropFirst(), storage: storage, pointer: pointer + range.lowerBound * rowLength)
    }

    /// A view with another shape of the same count.
    public func reshaped(_ shape: [Int]) -> Tensor {
        precondition(shape.reduce(1, *) == count, "the shape \(self.shape) cannot become \(shape)")
        return Tensor(shape: shape, storage: storage, pointer: pointer)
    }

    /// A tensor of its own with the same values.
    public func copy() -> Tensor {
        let result = Tensor(toOverwrite: shape)
        result.pointer.update(from: pointer, count: count)
        return result
    }

    /// Takes over the values of another tensor of the same count.
    public func copy(from other: Tensor) {
        precondition(other.count == count, "cannot copy \(other.shape) into \(shape)")
        pointer.update(from: other.pointer, count: count)
    }

    /// Sets every element.
    public func fill(_ value: Element) {
        if value == 0 && value.sign == .plus {
            memset(pointer, 0, count * MemoryLayout<Element>.stride)
        } else {
            pointer.update(repeating: value, count: count)
        }
    }
}

/// Aligned memory that lives as long as the last tensor that looks into it.
final class Storage<Element: Real>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>
    /// The size of a block of the cache, or 0 for one of the heap.
    private let cachedBytes: Int

    init(count: Int, isZeroed: Bool) {
        let count = max(count, 1)
        let bytes = count * MemoryLayout<Element>.stride
        let block: UnsafeMutableRawPointer
        if bytes >= BlockCache.smallest {
            cachedBytes = BlockCache.capacity(bytes)
            block = BlockCache.take(cachedBytes)
        } else {
            cachedBytes = 0
            block = .allocate(byteCount: bytes, alignment: 64)
        }
        // Generic code would fill it number by number.
        if isZeroed { memset(block, 0, bytes) }
        pointer = block.bindMemory(to: Element.self, capacity: count)
    }

    deinit {
        if cachedBytes > 0 {
            BlockCache.give(pointer, cachedBytes)
        } else {
            UnsafeMutableRawPointer(pointer).deallocate()
        }
    }
}
