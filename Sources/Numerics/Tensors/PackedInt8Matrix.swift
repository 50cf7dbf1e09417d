import CKernels

/// Weights [out, in] as 8-bit whole numbers with one scale an output row, laid out once for `Compute.linear`.
///
/// A weight is q * scale, q in -127...127 rounded to nearest even, scale the row's largest magnitude / 127. Memory: about one byte a weight.
public final class PackedInt8Matrix: Sendable {
    /// The length of a result row.
    public let outputs: Int
    /// The length of an input row.
    public let inputs: Int
    let scales: Tensor<Float>
    let panels: Bytes<Int8>
    let sums: Bytes<Int32>

    /// Quantises and packs weights [out, in].
    public init(_ weights: Tensor<Float>, on compute: Compute) {
        let (outputs, inputs) = (weights.rowCount, weights.rowLength)
        precondition(inputs <= 65536, "an int8 product over \(inputs) inputs could overflow its 32-bit sums")
        let panelCount = (outputs + PANEL_WIDTH - 1) / PANEL_WIDTH
        let depth = (inputs + 3) / 4 * 4
        let scales = Tensor<Float>(zeros: [max(1, outputs)])
        let panels = Bytes<Int8>(count: panelCount * PANEL_WIDTH * depth)
        let sums = Bytes<Int32>(count: panelCount * PANEL_WIDTH)
        let kernels = int8_kernels(compute.instructionSet.rawValue).pointee
        compute.pool.run(panelCount) { panel in
            let first = panel * PANEL_WIDTH
            let rows = min(PANEL_WIDTH, outputs - first)
            compute.scratch.lend(UInt8.self, count: PANEL_WIDTH * depth) { quantised in
                kernels.quantise(rows, inputs, weights.pointer + first * inputs, depth, 0, quantised, scales.pointer + first)
                int8_pack_panel(rows, inputs, quantised, depth, panels.pointer + first * depth, sums.pointer + first)
            }
        }
        self.outputs = outputs
        self.inputs = inputs
        self.scales = scales
        self.panels = panels
        self.sums = sums
    }

    /// The weights [out, in] that the numbers stand for.
    public func weights() -> Tensor<Float> {
        let result = Tensor<Float>(zeros: [outputs, inputs])
        let depth = (inputs + 3) / 4 * 4
        for row in 0..<outputs {
            let panel = panels.pointer + row / PANEL_WIDTH * PANEL_WIDTH * depth
            for l in 0..<inputs {
                let value = panel[(l / 4 * PANEL_WIDTH + row % PANEL_WIDTH) * 4 + l % 4]
                result.pointer[row * inputs + l] = Float(value) * scales.pointer[row]
            }
        }
        return result
    }
}

/// Whole numbers in aligned memory, written once before they are shared.
///
/// Unchecked because nothing writes to them after the matrix that owns them is made.
final class Bytes<Element: FixedWidthInteger>: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<Element>

    init(count: Int) {
        let raw = UnsafeMutableRawPointer.allocate(byteCount: max(1, count) * MemoryLayout<Element>.stride, alignment: 64)
        pointer = raw.bindMemory(to: Element.self, capacity: max(1, count))
        pointer.initialize(repeating: 0, count: max(1, count))
    }

    deinit { UnsafeMutableRawPointer(pointer).deallocate() }
}
