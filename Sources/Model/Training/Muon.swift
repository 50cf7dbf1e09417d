import Tensors

/// Muon (Jordan 2024): momentum, made orthogonal by five steps of a quintic Newton-Schulz iteration.
///
///     m ← μ m + (1 − μ) g,   u = μ m + (1 − μ) g            (Nesterov)
///     X = u / (‖u‖ + ε);  five times  A = X Xᵀ,  X ← a X + (b A + c A²) X
///     W ← (1 − η λ) W − η s X,   s = √max(1, rows / columns)  or  0.2 √max(rows, columns)
///
/// with (a, b, c) = (3.4445, −4.7750, 2.0315), which bring every singular value into about 0.7 to 1.2. Where `compute` multiplies
/// bfloat16, these products do as well, with float32 between them; Jordan's iteration has bfloat16 throughout.
struct Muon {
    let momentum: Double
    let scale: TrainingOptions.MuonScale
    let compute: Compute

    /// Shapes: weight, gradient and momentum [rows, columns]. The gradient is overwritten.
    func update<R: Real>(
        _ weight: Tensor<R>, gradient: Tensor<R>, momentum state: Tensor<R>, learningRate: Double, gradientScale: Double,
        weightDecay: Double
    ) {
        compute.scale(gradient, by: R((1 - momentum) * gradientScale))
        compute.scale(state, by: R(momentum))
        compute.axpy(1, gradient, to: state)
        compute.axpy(R(momentum), state, to: gradient)
        orthogonalize(gradient)
        compute.scale(weight, by: R(1 - learningRate * weightDecay))
        compute.axpy(R(-learningRate * stepLength(weight.shape)), gradient, to: weight)
    }

    /// Brings all singular values of the matrix near one, in place.
    func orthogonalize<R: Real>(_ matrix: Tensor<R>) {
        let (rows, columns) = (matrix.shape[0], matrix.shape[1])
        let side = min(rows, columns)
        compute.scale(matrix, by: R(1 / (compute.sumOfSquares(matrix).squareRoot() + 1e-7)))
        let square = Tensor<R>(toOverwrite: [side, side])
        let polynomial = Tensor<R>(toOverwrite: [side, side])
        let next = Tensor<R>(toOverwrite: matrix.shape)
        for _ in 0..<5 {
            // On the shorter side, so that the inner products are as small as they can be.
            compute.multiply(matrix, transposed: rows > columns, matrix, transposed: rows <= columns, into: square)
            compute.multiply(square, square, into: polynomial)
            compute.scale(polynomial, by: 2.0315)
            compute.axpy(-4.7750, square, to: polynomial)
            if rows <= columns {
                compute.multiply(polynomial, matrix, into: next)
            } else {
                compute.multiply(matrix, polynomial, into: next)
            }
            compute.scale(matrix, by: 3.4445)
            compute.axpy(1, next, to: matrix)
        }
    }

    private func stepLength(_ shape: [Int]) -> Double {
        switch scale {
        case .shape: max(1, Double(shape[0]) / Double(shape[1])).squareRoot()
        case .matchedToAdam: 0.2 * Double(max(shape[0], shape[1])).squareRoot()
        }
    }
}
