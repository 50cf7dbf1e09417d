extension Compute {
    /// Adds the bias to every row of y.
    ///
    /// Shapes: bias [d], y [t, d].
    public func addBias<E: Real>(_ bias: Tensor<E>, to y: Tensor<E>) {
        let (t, d) = (y.rowCount, bias.count)
        precondition(y.count == t * d, "addBias: \(bias.shape) to \(y.shape)")
        let kernels = E.kernels(instructionSet)
        split(t, grain: rowGrain(d)) { rows in
            for row in rows { kernels.add(d, bias.pointer, y.pointer + row * d) }
        }
    }

    /// Adds the rows of dy, in their order, to the bias's gradient.
    ///
    /// Shapes: dy [t, d], dBias [d].
    public func biasBackward<E: Real>(dy: Tensor<E>, dBias: Tensor<E>) {
        let (t, d) = (dy.rowCount, dBias.count)
        precondition(dy.count == t * d, "biasBackward: \(dy.shape) to \(dBias.shape)")
        let kernels = E.kernels(instructionSet)
        split(d, grain: 128) { columns in
            let at = columns.lowerBound
            for row in 0..<t { kernels.add(columns.count, dy.pointer + row * d + at, dBias.pointer + at) }
        }
    }
}
