import CKernels
import Foundation

/// Weights [out, in] as 8-bit whole numbers with one scale an output row, laid out once for `Compute.linear`.
///
/// A weight is q * scale, q in -127...127 rounded to nearest even, scale the row's largest magnitude / 127. Memory: about one byte a weight.
public final class PackedInt8Matrix: Sendable {
    /// The length of a result row.
    public let outputs: Int
    /// The length of an input row.
    public let inputs: Int
    private let block: MemoryBlock

    /// A number that changes with the layout of the bytes, for files that keep them.
    public static let layoutVersion = 1

    /// Quantises and packs weights [out, in], reading 32 rows at a time.
    public init(_ weights: RowSource, on compute: Compute, in arena: WeightArena = WeightArena()) {
        let (outputs, inputs) = (weights.rowCount, weights.rowLength)
        precondition(inputs <= 65536, "an int8 product over \(inputs) inputs could overflow its 32-bit sums")
        self.outputs = outputs
        self.inputs = inputs
        block = arena.block(bytes: Self.storedBytes(outputs: outputs, inputs: inputs))
        let (depth, panels, sums, scales) = (depth, panels, sums, scales)
        memset(sums, 0, block.bytes - Self.panelBytes(outputs: outputs, inputs: inputs))
        let kernels = int8_kernels(compute.instructionSet.rawValue).pointee
        // The pointers go into tasks of which each writes a panel of its own.
        compute.pool.run(Self.panelCount(outputs)) { panel in
            let first = panel * PANEL_WIDTH
            let rows = min(PANEL_WIDTH, outputs - first)
            compute.scratch.lend(Float.self, count: PANEL_WIDTH * inputs) { numbers in
                compute.scratch.lend(UInt8.self, count: PANEL_WIDTH * depth) { quantised in
                    weights.copy(first..<first + rows, into: numbers)
                    kernels.quantise(rows, inputs, numbers, depth, 0, quantised, scales + first)
                    int8_pack_panel(rows, inputs, quantised, depth, panels + first * depth, sums + first)
                }
            }
        }
    }

    /// Quantises and packs weights [out, in] that are in memory.
    public convenience init(_ weights: Tensor<Float>, on compute: Compute) { self.init(RowSource(weights), on: compute) }

    /// Takes bytes that `withBytes` gave before: `fill` writes all of them, or says false, and then there is no matrix.
    public init?(outputs: Int, inputs: Int, in arena: WeightArena, fill: (UnsafeMutableRawBufferPointer) -> Bool) {
        precondition(outputs >= 0 && inputs >= 0 && inputs <= 65536, "a matrix [\(outputs), \(inputs)]")
        self.outputs = outputs
        self.inputs = inputs
        block = arena.block(bytes: Self.storedBytes(outputs: outputs, inputs: inputs))
        guard fill(UnsafeMutableRawBufferPointer(start: block.start, count: block.bytes)) else { return nil }
    }

    /// Lends everything the matrix is made of: the panels, the sums of their columns, the scales.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: block.start, count: block.bytes))
    }

    /// How many bytes those are.
    public static func storedBytes(outputs: Int, inputs: Int) -> Int {
        panelBytes(outputs: outputs, inputs: inputs) + 8 * panelCount(outputs) * PANEL_WIDTH
    }

    /// The weights [out, in] that the numbers stand for.
    public func weights() -> Tensor<Float> {
        let result = Tensor<Float>(zeros: [outputs, inputs])
        for row in 0..<outputs {
            let panel = panels + row / PANEL_WIDTH * PANEL_WIDTH * depth
            for l in 0..<inputs {
                let value = panel[(l / 4 * PANEL_WIDTH + row % PANEL_WIDTH) * 4 + l % 4]
                result.pointer[row * inputs + l] = Float(value) * scales[row]
            }
        }
        return result
    }

    var depth: Int { (inputs + 3) / 4 * 4 }
    var panels: UnsafeMutablePointer<Int8> { block.start.assumingMemoryBound(to: Int8.self) }
    var sums: UnsafeMutablePointer<Int32> {
        (block.start + Self.panelBytes(outputs: outputs, inputs: inputs)).assumingMemoryBound(to: Int32.self)
    }
    var scales: UnsafeMutablePointer<Float> {
        UnsafeMutableRawPointer(sums + Self.panelCount(outputs) * PANEL_WIDTH).assumingMemoryBound(to: Float.self)
    }

    private static func panelCount(_ outputs: Int) -> Int { (outputs + PANEL_WIDTH - 1) / PANEL_WIDTH }

    private static func panelBytes(outputs: Int, inputs: Int) -> Int {
        panelCount(outputs) * PANEL_WIDTH * ((inputs + 3) / 4 * 4)
    }
}

/// Whole numbers in aligned memory of their own.
///
/// Unchecked because whoever writes to them while others read must order it.
final class Bytes<Element: FixedWidthInteger>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
        pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
        pointer.initialize(repeating: 0, count: max(1, count))
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
