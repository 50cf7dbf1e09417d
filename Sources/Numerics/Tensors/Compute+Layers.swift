extension Compute {
    /// y = weight * x * r with r = 1 / sqrt(mean(x²) + epsilon), row by row.
    ///
    /// Shapes: x, y [t, d], weight [d], inverseRMS [t].
    public func rmsNorm<E: Real>(
        _ x: Tensor<E>, weight: Tensor<E>, epsilon: E, into y: Tensor<E>, inverseRMS: Tensor<E>
    ) {
        let (t, d) = (x.rowCount, x.rowLength)
        precondition(weight.count == d && y.count == x.count && inverseRMS.count == t, "rmsNorm: x \(x.shape), weight \(weight.shape)")
        let kernels = E.kernels(instructionSet)
        split(t, grain: rowGrain(d)) { rows in
            let at = rows.lowerBound
            kernels.rmsNorm(rows.count, d, x.pointer + at * d, weight.pointer, epsilon, y.pointer + at * d, inverseRMS.pointer + at)
        }
    }

    /// Adds the gradients of `rmsNorm` to dx and dWeight.
    ///
    /// Shapes: dy, x, dx [t, d], weight, dWeight [d], inverseRMS [t].
    public func rmsNormBackward<E: Real>(
        dy: Tensor<E>, x: Tensor<E>, weight: Tensor<E>, inverseRMS: Tensor<E>, dx: Tensor<E>, dWeight: Tensor<E>
    ) {
        let (t, d) = (x.rowCount, x.rowLength)
        precondition(
            dy.count == x.count && dx.count == x.count && weight.count == d && dWeight.count == d && inverseRMS.count == t,
            "rmsNormBackward: dy \(dy.shape), x \(x.shape), dx \(dx.shape), weight \(weight.shape)")
        let kernels = E.kernels(instructionSet)
        split(t, grain: rowGrain(d)) { rows in
            let at = rows.lowerBound
            kernels.rmsNormBackward(
                rows.count, d, dy.pointer + at * d, x.pointer + at * d, weight.pointer, inverseRMS.pointer + at, dx.pointer + at * d)
        }
        split(d, grain: 64) { columns in
            let at = columns.lowerBound
            kernels.rmsNormWeight(t, columns.count, d, dy.pointer + at, x.pointer + at, inverseRMS.pointer, dWeight.pointer + at)
        }
    }

    /// Turns each head by the angles of its token's position, in place; the inverse turns back and is the gradient.
    ///
    /// Shapes: x [t, heads, headDim], positions [t], each below the table's count.
    public func rope<E: Real>(_ x: Tensor<E>, positions: [Int32], table: RopeTable<E>, inverse: Bool = false) {
        let (t, length) = (x.rowCount, x.rowLength)
        precondition(positions.count == t && length % table.headDim == 0, "rope: x \(x.shape), \(positions.count) positions")
        precondition(positions.allSatisfy { $0 >= 0 && $0 < table.positions }, "rope: a position outside 0..<\(table.positions)")
        table.fill(upTo: Int(positions.max() ?? -1) + 1)
        let kernels = E.kernels(instructionSet)
        positions.withUnsafeBufferPointer { positions in
            guard let positions = positions.baseAddress else { return }
            // The closure only reads the positions while the array is borrowed.
            nonisolated(unsafe) let start = positions
            split(t, grain: rowGrain(length)) { rows in
                kernels.rope(
                    rows.count, length / table.headDim, table.headDim, x.pointer + rows.lowerBound * length, start + rows.lowerBound,
                    table.cosines.pointer, table.sines.pointer, inverse ? 1 : 0)
            }
        }
    }

    /// y = gate * sigmoid(gate) * up, element by element; y may be gate or up.
    public func swiGLU<E: Real>(gate: Tensor<E>, up: Tensor<E>, into y: Tensor<E>) {
        precondition(gate.count == up.count && y.count == up.count, "swiGLU: gate \(gate.shape), up \(up.shape), y \(y.shape)")
        let kernels = E.kernels(instructionSet)
        split(y.count, grain: 8192) { part in
            let at = part.lowerBound
            kernels.swiGLU(part.count, gate.pointer + at, up.pointer + at, y.pointer + at)
        }
    }

    /// Writes the gradients of `swiGLU` to dGate and dUp, which may be gate and up.
    public func swiGLUBackward<E: Real>(dy: Tensor<E>, gate: Tensor<E>, up: Tensor<E>, dGate: Tensor<E>, dUp: Tensor<E>) {
        precondition([gate, up, dGate, dUp].allSatisfy { $0.count == dy.count }, "swiGLUBackward: dy \(dy.shape), gate \(gate.shape)")
        let kernels = E.kernels(instructionSet)
        split(dy.count, grain: 8192) { part in
            let at = part.lowerBound
            kernels.swiGLUBackward(
                part.count, dy.pointer + at, gate.pointer + at, up.pointer + at, dGate.pointer + at, dUp.pointer + at)
        }
    }

    /// y = gelu(gate) * up with GELU's tanh form, element by element; y may be gate or up.
    public func geGLU<E: Real>(gate: Tensor<E>, up: Tensor<E>, into y: Tensor<E>) {
        precondition(gate.count == up.count && y.count == up.count, "geGLU: gate \(gate.shape), up \(up.shape), y \(y.shape)")
        let kernels = E.kernels(instructionSet)
        split(y.count, grain: 8192) { part in
            let at = part.lowerBound
            kernels.geGLU(part.count, gate.pointer + at, up.pointer + at, y.pointer + at)
        }
    }

    /// Writes the gradients of `geGLU` to dGate and dUp, which may be gate and up.
    public func geGLUBackward<E: Real>(dy: Tensor<E>, gate: Tensor<E>, up: Tensor<E>, dGate: Tensor<E>, dUp: Tensor<E>) {
        precondition([gate, up, dGate, dUp].allSatisfy { $0.count == dy.count }, "geGLUBackward: dy \(dy.shape), gate \(gate.shape)")
        let kernels = E.kernels(instructionSet)
        split(dy.count, grain: 8192) { part in
            let at = part.lowerBound
            kernels.geGLUBackward(
                part.count, dy.pointer + at, gate.pointer + at, up.pointer + at, dGate.pointer + at, dUp.pointer + at)
        }
    }

    /// x = cap * tanh(x / cap), element by element.
    public func softcap<E: Real>(_ x: Tensor<E>, cap: E) {
        let kernels = E.kernels(instructionSet)
        split(x.count, grain: 8192) { part in kernels.softcap(part.count, cap, x.pointer + part.lowerBound) }
    }

    /// Multiplies dy by the slope of `softcap`, given its result y.
    public func softcapBackward<E: Real>(y: Tensor<E>, dy: Tensor<E>, cap: E) {
        precondition(y.count == dy.count, "softcapBackward: y \(y.shape), dy \(dy.shape)")
        let kernels = E.kernels(instructionSet)
        split(y.count, grain: 8192) { part in
            kernels.softcapBackward(part.count, cap, y.pointer + part.lowerBound, dy.pointer + part.lowerBound)
        }
    }

    /// Sets x to x / (1 - rate) or, with the chance `rate`, to 0; the same key drops the same elements, so the backward calls it too.
    /// `firstElement` is the number of x's first element where x is a part of something longer.
    public func dropout<E: Real>(_ x: Tensor<E>, rate: Double, key: UInt64, firstElement: Int = 0) {
        precondition(rate >= 0 && rate < 1, "dropout: rate \(rate)")
        guard rate > 0 else { return }
        let kernels = E.kernels(instructionSet)
        let threshold = UInt32(rate * 4_294_967_296)
        split(x.count, grain: 16384) { part in
            kernels.dropout(part.count, firstElement + part.lowerBound, threshold, E(1 / (1 - rate)), key, x.pointer + part.lowerBound)
        }
    }
}
