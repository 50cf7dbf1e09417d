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

    /// The columns of a tensor [rows, columns] as rows; it must not change as long as they are read.
    public init(transposing tensor: Tensor<Float>) {
        let (length, stride) = (tensor.rowCount, tensor.rowLength)
        rowCount = stride
        rowLength = length
        copyRows = { part, target in
            for l in 0..<length {
                let source = tensor.pointer + l * stride + part.lowerBound
                for row in 0..<part.count { target[row * length + l] = source[row] }
            }
        }
    }

    /// Rows as a file stores them, whole blocks each; `read` fills memory with some of the matrix's bytes.
    ///
    /// - Parameter place: where the file has the row of this number; nil where the rows lie in order.
    public init(
        rows: Int, length: Int, format: BlockFormat, place: (@Sendable (Int) -> Int)? = nil,
        read: @escaping @Sendable (_ bytes: Range<Int>, _ target: UnsafeMutableRawBufferPointer) -> Void
    ) {
        let rowBytes = format.bytes(of: length)
        rowCount = rows
        rowLength = length
        copyRows = { part, target in
            // Bounded working space, whatever is asked for at once.
            let step = place == nil ? max(1, min(part.count, (256 << 10) / max(1, rowBytes))) : 1
            withUnsafeTemporaryAllocation(byteCount: step * rowBytes, alignment: 64) { space in
                guard let start = space.baseAddress else { return }
                for first in stride(from: part.lowerBound, to: part.upperBound, by: step) {
                    let count = min(step, part.upperBound - first)
                    let row = place?(first) ?? first
                    read(
                        row * rowBytes..<(row + count) * rowBytes,
                        UnsafeMutableRawBufferPointer(rebasing: space[..<(count * rowBytes)]))
                    format.read(count * length, at: start, into: target + (first - part.lowerBound) * length)
                }
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

    /// Some rows in memory.
    public func rows(_ range: Range<Int>) -> Tensor<Float> {
        let result = Tensor<Float>(toOverwrite: [range.count, rowLength])
        copy(range, into: result.pointer)
        return result
    }

    /// All rows in memory as a tensor of another type and of a shape with as many numbers.
    public func tensor<R: Real>(_ type: R.Type = R.self, shape: [Int]) -> Tensor<R> {
        let result = Tensor<R>(toOverwrite: shape)
        precondition(result.count == rowCount * rowLength, "[\(rowCount), \(rowLength)] cannot become \(shape)")
        if let target = result.pointer as? UnsafeMutablePointer<Float> {
            copy(0..<rowCount, into: target)
            return result
        }
        for row in 0..<rowCount {
            let numbers = rows(row..<row + 1)
            for index in 0..<rowLength { result.pointer[row * rowLength + index] = R(numbers.pointer[index]) }
        }
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
