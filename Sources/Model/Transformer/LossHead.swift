import Tensors

/// The final norm and the output head, computed only at the rows asked for, some rows at a time:
///
///     h = norm(x[rows]),  z = cap?(h Wᵀ),  loss = log Σ exp(z) - z[target]
///
/// Shapes: x [tokens, hiddenSize]; h [rows, hiddenSize]; z [some rows, vocabularySize], never all rows at once.
struct LossHead<R: Real> {
    let parameters: Parameters<R>
    let setting: PassSetting<R>

    /// Logits that may stand in memory at once; with them one chunk of rows feeds a product well.
    private static var logitsAtOnce: Int { 1 << 23 }

    private var softcap: R? { setting.configuration.form.logitSoftcap.map { R($0) } }

    private var rowsAtOnce: Int { min(2048, max(64, Self.logitsAtOnce / setting.configuration.vocabularySize)) }

    /// The logits of the given rows, all of them: for few rows.
    func logits(_ x: Tensor<R>, rows: [Int32]) -> Tensor<R> {
        logits(normed(x, rows: rows).y)
    }

    /// The log-probability of each target.
    func logProbabilities(_ x: Tensor<R>, rows: [Int32], ids: [Int32]) -> [R] {
        let hidden = normed(x, rows: rows).y
        var result: [R] = []
        for chunk in chunks(rows.count) {
            let logits = logits(hidden.rows(chunk))
            result += setting.compute.logProbabilities(logits: logits, targets: Array(ids[chunk]))
        }
        return result
    }

    /// The losses, and the gradient by x of Σ scale × loss; gradients by the weights are added where they are wanted.
    ///
    ///     dz = scale (softmax(z) - one-hot) cap'?,  dh = dz W,  dW += dzᵀ h,  dx[rows] = normBackward(dh)
    func lossesAndGradient(
        _ x: Tensor<R>, rows: [Int32], ids: [Int32], scales: [R], into gradients: Parameters<R>?
    ) -> (losses: [R], dx: Tensor<R>) {
        let compute = setting.compute
        let kept = normed(x, rows: rows)
        let hidden = kept.y
        let dHidden = Tensor<R>(toOverwrite: hidden.shape)
        var losses: [R] = []
        for chunk in chunks(rows.count) {
            let logits = logits(hidden.rows(chunk))
            let before = softcap.map { _ in logits.copy() }
            let values = Tensor<R>(toOverwrite: [chunk.count])
            compute.crossEntropy(logits: logits, targets: Array(ids[chunk]), gradientScale: Array(scales[chunk]), losses: values)
            losses += values.array
            if let softcap, let before { compute.softcapBackward(y: before, dy: logits, cap: softcap) }
            if let base = setting.base {
                base.logitsBackward(logits, into: dHidden.rows(chunk), on: compute)
            } else {
                compute.multiply(logits, parameters.head, into: dHidden.rows(chunk))
            }
            if let gradients { compute.multiply(logits, transposed: true, hidden.rows(chunk), into: gradients.head, accumulate: true) }
        }
        let dPicked = Tensor<R>(zeros: hidden.shape)
        setting.normBackward(dHidden, kept, parameters.finalNorm, into: dPicked, gradient: gradients?.finalNorm)
        let dx = Tensor<R>(zeros: x.shape)
        compute.scatterAddRows(dPicked, ids: rows, into: dx)
        return (losses, dx)
    }

    private func normed(_ x: Tensor<R>, rows: [Int32]) -> PassSetting<R>.Normed {
        let picked = Tensor<R>(toOverwrite: [rows.count, x.shape[1]])
        setting.compute.gatherRows(x, ids: rows, into: picked)
        return setting.norm(picked, parameters.finalNorm)
    }

    /// The logits of normed rows, capped where the family caps them.
    private func logits(_ hidden: Tensor<R>) -> Tensor<R> {
        let logits = setting.base?.logits(hidden, on: setting.compute) ?? setting.linear(hidden, parameters.head)
        if let softcap { setting.compute.softcap(logits, cap: softcap) }
        return logits
    }

    private func chunks(_ count: Int) -> [Range<Int>] {
        stride(from: 0, to: count, by: rowsAtOnce).map { $0..<min($0 + rowsAtOnce, count) }
    }
}
