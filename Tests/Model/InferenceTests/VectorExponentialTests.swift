import Foundation
import Testing

@testable import Inference

@Suite struct VectorExponentialTests {
    @Test("is the exponential to 3e-7 from -87 to 0, and nothing below")
    func accuracy() {
        for step in 0...8700 {
            let x = -Float(step) / 100
            let exact = exp(Double(x))
            #expect(abs(Double(VectorExponential.value(x)) - exact) < 3e-7 * exact, "\(x)")
        }
        #expect(VectorExponential.value(0) == 1)
        #expect(VectorExponential.value(-88) == 0)
        #expect(VectorExponential.value(-.infinity) == 0)
    }

    @Test("rows of every length give the weights of their numbers alone", arguments: 1...20)
    func lengths(count: Int) {
        let logits = (0..<count).map { Float($0 * $0 % 7) - 3 }
        var weights = [Float](repeating: 0, count: count)
        let sum = logits.withUnsafeBufferPointer { logits in
            weights.withUnsafeMutableBufferPointer { VectorExponential.weights(of: logits, factor: 0.5, into: $0) }
        }
        let largest = logits.max() ?? 0
        #expect(weights == logits.map { VectorExponential.value(($0 - largest) * 0.5) })
        #expect(abs(sum - weights.reduce(0) { $0 + Double($1) }) < 1e-5)
    }
}
