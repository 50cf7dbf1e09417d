import CKernels
import Foundation

/// Weights [out, in] as 8-bit whole numbers, laid out once for `Compute.linear`.
///
/// A row is cut into blocks of 64 inputs, the last filled up with zeros. Each block passes an orthonormal Hadamard transform (Ashkboos et al.
/// 2024, QuaRot, section 3, arXiv:2404.00456; here a block at a time, and products of two rows stay what they are), and is rounded to
/// q * scale, q in -127...127 to nearest even, scale the block's largest magnitude / 127, rounded up to 16 bits. Memory: 1.06 bytes a weight
/// where `inputs` is a multiple of 64. Light weights, q in -64...64, are multiplied faster and no smaller.
public final class PackedInt8Matrix: Sendable {
    /// The length of a result row.
    public let outputs: Int
    /// The length of an input row.
    public let inputs: Int
    /// Whether the weights have 7 bits, for `Int8Rounding.light`.
    public let isLight: Bool
    private let block: MemoryBlock

    /// A number that changes with the layout of the bytes, for files that keep them.
    public static let layoutVersion = 2

    /// Quantises and packs weights [out, in], reading 32 rows at a time.
    public init(_ weights: RowSource, isLight: Bool = false, on compute: Compute, in arena: WeightArena = WeightArena()) {
        let (outputs, inputs) = (weights.rowCount, weights.rowLength)
        self.outputs = outputs
        self.inputs = inputs
        self.isLight = isLight
        block = arena.block(bytes: Self.storedBytes(outputs: outputs, inputs: inputs))
        let (panels, panelBytes, blocks) = (panels, Self.panelBytes(inputs), int8_blocks(inputs))
        let rowBytes = blocks * INT8_BLOCK
        let kernels = int8_kernels(compute.instructionSet.rawValue).pointee
        // The pointers go into tasks of which each writes a panel of its own.
        compute.pool.run(Self.panelCount(outputs)) { panel in
            let first = panel * PANEL_WIDTH
            let rows = min(PANEL_WIDTH, outputs - first)
            compute.scratch.lend(Float.self, count: PANEL_WIDTH * (inputs + blocks)) { numbers in
                compute.scratch.lend(UInt8.self, count: PANEL_WIDTH * rowBytes) { quantised in
                    let scales = numbers + PANEL_WIDTH * inputs
                    weights.copy(first..<first + rows, into: numbers)
                    kernels.quantise(rows, inputs, numbers, Int32(isLight ? INT7_WEIGHTS : INT8_WEIGHTS), quantised, rowBytes, scales)
                    int8_pack_panel(rows, inputs, quantised, scales, panels + panel * panelBytes)
                }
            }
        }
    }

    /// Quantises and packs weights [out, in] that are in memory.
    public convenience init(_ weights: Tensor<Float>, isLight: Bool = false, on compute: Compute) {
        self.init(RowSource(weights), isLight: isLight, on: compute)
    }

    /// Takes bytes that `withBytes` gave before: `fill` writes all of them, or says false, and then there is no matrix.
    public init?(outputs: Int, inputs: Int, in arena: WeightArena, fill: (UnsafeMutableRawBufferPointer) -> Bool) {
        precondition(outputs >= 0 && inputs >= 0, "a matrix [\(outputs), \(inputs)]")
        self.outputs = outputs
        self.inputs = inputs
        isLight = false
        block = arena.block(bytes: Self.storedBytes(outputs: outputs, inputs: inputs))
        guard fill(UnsafeMutableRawBufferPointer(start: block.start, count: block.bytes)) else { return nil }
    }

    /// Lends everything the matrix is made of, panel after panel.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try body(UnsafeRawBufferPointer(start: block.start, count: block.bytes))
    }

    /// How many bytes those are.
    public static func storedBytes(outputs: Int, inputs: Int) -> Int { panelCount(outputs) * panelBytes(inputs) }

    /// The weights [out, in] that the numbers stand for.
    public func weights() -> Tensor<Float> {
        let result = Tensor<Float>(zeros: [outputs, inputs])
        let whole = Tensor<Float>(zeros: [int8_blocks(inputs) * INT8_BLOCK])
        for row in 0..<outputs {
            int8_unpack_column(row % PANEL_WIDTH, inputs, panel(of: row), whole.pointer)
            (result.pointer + row * inputs).update(from: whole.pointer, count: inputs)
        }
        return result
    }

    /// The panel that holds this output row.
    func panel(of output: Int) -> UnsafePointer<UInt8> {
        UnsafePointer(panels + output / PANEL_WIDTH * Self.panelBytes(inputs))
    }

    private var panels: UnsafeMutablePointer<UInt8> { block.start.assumingMemoryBound(to: UInt8.self) }

    private static func panelCount(_ outputs: Int) -> Int { (outputs + PANEL_WIDTH - 1) / PANEL_WIDTH }

    private static func panelBytes(_ inputs: Int) -> Int { int8_blocks(inputs) * INT8_PANEL_BLOCK }
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
