import Tensors

/// The norms of a pass, over rows as long as their weights, whatever the tensor's own rows are:
///
///     y = (w + offset) ⊙ x / rms(x)
extension PassSetting {
    /// What a norm takes in and what its gradient needs of it.
    struct Normed {
        let input: Tensor<R>
        let inverseRMS: Tensor<R>
        let y: Tensor<R>
    }

    func norm(_ x: Tensor<R>, _ weight: Tensor<R>) -> Normed {
        let (y, rows) = (Tensor<R>(toOverwrite: x.shape), [x.count / weight.count, weight.count])
        let inverseRMS = Tensor<R>(toOverwrite: [rows[0]])
        compute.rmsNorm(
            x.reshaped(rows), weight: shifted(weight), epsilon: R(configuration.normEpsilon), into: y.reshaped(rows),
            inverseRMS: inverseRMS)
        return Normed(input: x, inverseRMS: inverseRMS, y: y)
    }

    /// Adds the gradients by x and, where it is wanted, by the weight.
    func normBackward(_ dy: Tensor<R>, _ kept: Normed, _ weight: Tensor<R>, into dx: Tensor<R>, gradient: Tensor<R>?) {
        let rows = [dy.count / weight.count, weight.count]
        compute.rmsNormBackward(
            dy: dy.reshaped(rows), x: kept.input.reshaped(rows), weight: shifted(weight), inverseRMS: kept.inverseRMS,
            dx: dx.reshaped(rows), dWeight: gradient ?? Tensor(zeros: weight.shape))
    }

    private func shifted(_ weight: Tensor<R>) -> Tensor<R> { configuration.form.shifted(weight) }
}

extension NetworkForm {
    /// A norm's weights as they are multiplied with.
    public func shifted<R: Real>(_ weight: Tensor<R>) -> Tensor<R> {
        guard normOffset != 0 else { return weight }
        return Tensor(weight.array.map { $0 + R(normOffset) }, shape: weight.shape)
    }
}
