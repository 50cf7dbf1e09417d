import CKernels
import Foundation

/// The rows of a matrix that lies elsewhere (in a tensor, in a mapped file, in a formula), read as float32 when they are wanted.
public struct RowSource: Sendable {
    /// The number of rows.
    public let rowCount: Int
    /// The length of a row.
    public let rowLength: Int
    private let copyRows: @Sendable (Range<Int>, UnsafeMutablePointer<Float>) -> Void

    /// The rows of a tensor, which must not change as long as they are read.
    public init(_ tensor: Tensor<Float>) {
        let length = tensor.rowLength
        rowCount = tensor.rowCount
        rowLength = length
        copyRows = { rows, target in
            target.update(from: tensor.pointer + rows.lowerBound * length, count: rows.count * length)
        }
    }

    /// Rows as a file stores them, at any alignment; `withBytes` lends the bytes of all of them.
    public init(
        rows: Int, length: Int, format: StorageFormat, withBytes: @escaping @Sendable ((UnsafeRawBufferPointer) -> Void) -> Void
    ) {
        rowCount = rows
        rowLength = length
        copyRows = { part, target in
            withBytes { bytes in
                precondition(bytes.count == rows * length * format.bytesPerElement, "\(bytes.count) bytes for [\(rows), \(length)]")
                guard let start = bytes.baseAddress else { return }
                let source = start + part.lowerBound * length * format.bytesPerElement
                format.read(part.count * length, at: source, into: target)
            }
        }
    }

    /// Rows that a formula gives, each by its number.
    public init(rows: Int, length: Int, row: @escaping @Sendable (Int) -> [Float]) {
        rowCount = rows
        rowLength = length
        copyRows = { part, target in
            for index in part {
                let numbers = row(index)
                precondition(numbers.count == length, "a row of \(numbers.count) numbers, not \(length)")
                numbers.withUnsafeBufferPointer { numbers in
                    if let start = numbers.baseAddress { (target + (index - part.lowerBound) * length).update(from: start, count: length) }
                }
            }
        }
    }

    /// All rows in memory.
    public var tensor: Tensor<Float> {
        let result = Tensor<Float>(toOverwrite: [rowCount, rowLength])
        copy(0..<rowCount, into: result.pointer)
        return result
    }

    /// Writes some rows, one behind the other.
    func copy(_ rows: Range<Int>, into target: UnsafeMutablePointer<Float>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= rowCount, "the rows \(rows) of \(rowCount)")
        if !rows.isEmpty && rowLength > 0 { copyRows(rows, target) }
    }
}

extension Compute {
    /// Copies the rows `ids` of the source into y.
    ///
    /// Shapes: source [v, d], ids [n], y [n, d].
    public func gatherRows(_ source: RowSource, ids: [Int32], into y: Tensor<Float>) {
        let d = source.rowLength
        precondition(y.rowCount == ids.count && y.rowLength == d, "gatherRows: \(ids.count) rows of \(d) into \(y.shape)")
        split(ids.count, grain: rowGrain(d)) { rows in
            for row in rows { source.copy(Int(ids[row])..<Int(ids[row]) + 1, into: y.pointer + row * d) }
        }
    }
}
