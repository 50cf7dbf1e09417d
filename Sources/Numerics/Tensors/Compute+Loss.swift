extension Compute {
    /// Losses of the targets, while each row of logits becomes gradientScale * (softmax - one-hot), the gradient.
    ///
    /// Shapes: logits [n, v], targets, gradientScale, losses [n]. A negative target has loss 0 and gradient 0.
    public func crossEntropy<E: Real>(logits: Tensor<E>, targets: [Int32], gradientScale: [E], losses: Tensor<E>) {
        let (n, v) = (logits.rowCount, logits.rowLength)
        precondition(targets.count == n && gradientScale.count == n && losses.count == n, "crossEntropy: logits \(logits.shape)")
        precondition(targets.allSatisfy { $0 < v }, "crossEntropy: a target outside 0..<\(v)")
        let kernels = E.kernels(instructionSet)
        split(n, grain: rowGrain(v)) { rows in
            let at = rows.lowerBound
            targets.withUnsafeBufferPointer { targets in
                gradientScale.withUnsafeBufferPointer { scale in
                    guard let targets = targets.baseAddress, let scale = scale.baseAddress else { return }
                    kernels.crossEntropy(rows.count, v, logits.pointer + at * v, targets + at, scale + at, losses.pointer + at)
                }
            }
        }
    }

    /// The log-probability of each row's target, in nats; 0 for a negative target.
    ///
    /// Shapes: logits [n, v], targets [n].
    public func logProbabilities<E: Real>(logits: Tensor<E>, targets: [Int32]) -> [E] {
        let (n, v) = (logits.rowCount, logits.rowLength)
        precondition(targets.count == n && targets.allSatisfy { $0 < v }, "logProbabilities: logits \(logits.shape)")
        let kernels = E.kernels(instructionSet)
        let result = Tensor<E>(zeros: [n])
        split(n, grain: rowGrain(v)) { rows in
            let at = rows.lowerBound
            targets.withUnsafeBufferPointer { targets in
                guard let targets = targets.baseAddress else { return }
                kernels.logProbability(rows.count, v, logits.pointer + at * v, targets + at, result.pointer + at)
            }
        }
        return result.array
    }

    /// log(sum(exp(x))) of each row, in nats.
    public func logSumExp<E: Real>(_ x: Tensor<E>) -> [E] {
        let (n, v) = (x.rowCount, x.rowLength)
        precondition(v > 0, "logSumExp: \(x.shape)")
        let kernels = E.kernels(instructionSet)
        let result = Tensor<E>(zeros: [n])
        split(n, grain: rowGrain(v)) { rows in
            for row in rows { result.pointer[row] = kernels.logSumExp(v, x.pointer + row * v) }
        }
        return result.array
    }
}
