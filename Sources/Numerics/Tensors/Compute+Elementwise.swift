import CKernels
import Foundation

extension Compute {
    /// Copies the rows `ids` of the table into y.
    ///
    /// Shapes: table [v, d], ids [n], y [n, d].
    public func gatherRows<E: Real>(_ table: Tensor<E>, ids: [Int32], into y: Tensor<E>) {
        let d = table.rowLength
        precondition(y.rowCount == ids.count && y.rowLength == d, "gatherRows: \(ids.count) rows of \(table.shape) into \(y.shape)")
        precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rowCount }, "gatherRows: an id outside 0..<\(table.rowCount)")
        split(ids.count, grain: rowGrain(d)) { rows in
            for row in rows { (y.pointer + row * d).update(from: table.pointer + Int(ids[row]) * d, count: d) }
        }
    }

    /// Adds each row of dy to the row of the table that `ids` names, in the order of the rows.
    ///
    /// Shapes: dy [n, d], ids [n], table [v, d].
    public func scatterAddRows<E: Real>(_ dy: Tensor<E>, ids: [Int32], into table: Tensor<E>) {
        let d = table.rowLength
        precondition(dy.rowCount == ids.count && dy.rowLength == d, "scatterAddRows: \(dy.shape) into \(table.shape)")
        precondition(ids.allSatisfy { $0 >= 0 && $0 < table.rowCount }, "scatterAddRows: an id outside 0..<\(table.rowCount)")
        let kernels = E.kernels(instructionSet)
        split(d, grain: 128) { columns in
            let at = columns.lowerBound
            for (row, id) in ids.enumerated() {
                kernels.add(columns.count, dy.pointer + row * d + at, table.pointer + Int(id) * d + at)
            }
        }
    }

    /// y += x.
    public func add<E: Real>(_ x: Tensor<E>, to y: Tensor<E>) {
        precondition(x.count == y.count, "add: \(x.shape) to \(y.shape)")
        let kernels = E.kernels(instructionSet)
        split(x.count, grain: 16384) { part in
            kernels.add(part.count, x.pointer + part.lowerBound, y.pointer + part.lowerBound)
        }
    }

    /// x *= factor.
    public func scale<E: Real>(_ x: Tensor<E>, by factor: E) {
        let kernels = E.kernels(instructionSet)
        split(x.count, grain: 16384) { part in kernels.scale(part.count, factor, x.pointer + part.lowerBound) }
    }

    /// y += factor * x.
    public func axpy<E: Real>(_ factor: E, _ x: Tensor<E>, to y: Tensor<E>) {
        precondition(x.count == y.count, "axpy: \(x.shape) to \(y.shape)")
        let kernels = E.kernels(instructionSet)
        split(x.count, grain: 16384) { part in
            kernels.axpy(part.count, factor, x.pointer + part.lowerBound, y.pointer + part.lowerBound)
        }
    }

    /// The sum of the squares, in Double.
    public func sumOfSquares<E: Real>(_ x: Tensor<E>) -> Double {
        let kernels = E.kernels(instructionSet)
        let grain = 65536
        let sums = Tensor<Double>(zeros: [(x.count + grain - 1) / grain])
        split(x.count, grain: grain) { part in
            sums.pointer[part.lowerBound / grain] = kernels.sumOfSquares(part.count, x.pointer + part.lowerBound)
        }
        return sums.array.reduce(0, +)
    }

    /// One AdamW step (Loshchilov and Hutter, 2019, arXiv 1711.05101, algorithm 2) with decoupled weight decay; `step` counts from 1.
    ///
    /// Shapes: parameter, gradient, m, v alike. The gradient is multiplied by gradientScale first.
    public func adamW<E: Real>(
        parameter: Tensor<E>, gradient: Tensor<E>, m: Tensor<E>, v: Tensor<E>, learningRate: Double, beta1: Double, beta2: Double,
        epsilon: Double, weightDecay: Double, step: Int, gradientScale: Double = 1
    ) {
        precondition([gradient, m, v].allSatisfy { $0.count == parameter.count } && step > 0, "adamW: parameter \(parameter.shape)")
        var settings = [E](repeating: 0, count: ADAMW_SETTINGS)
        settings[ADAMW_LEARNING_RATE] = E(learningRate)
        settings[ADAMW_BETA1] = E(beta1)
        settings[ADAMW_BETA2] = E(beta2)
        settings[ADAMW_EPSILON] = E(epsilon)
        settings[ADAMW_WEIGHT_DECAY] = E(weightDecay)
        settings[ADAMW_CORRECTION1] = E(1 / (1 - pow(beta1, Double(step))))
        settings[ADAMW_CORRECTION2] = E(1 / (1 - pow(beta2, Double(step))))
        settings[ADAMW_GRADIENT_SCALE] = E(gradientScale)
        let kernels = E.kernels(instructionSet)
        let fixed = Tensor(settings, shape: [settings.count])
        split(parameter.count, grain: 16384) { part in
            let at = part.lowerBound
            kernels.adamW(
                part.count, parameter.pointer + at, gradient.pointer + at, m.pointer + at, v.pointer + at, fixed.pointer)
        }
    }
}
