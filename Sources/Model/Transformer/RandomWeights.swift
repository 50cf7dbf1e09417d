import Foundation
import Ground
import Tensors

/// Random weights, the same for the same seed on every machine, rounded to float32.
public struct RandomWeights: Sendable {
    private let configuration: TransformerConfiguration
    private let seed: UInt64

    public init(_ configuration: TransformerConfiguration, seed: UInt64) {
        self.configuration = configuration
        self.seed = seed
    }

    /// A tensor of the layout: norms at one, biases at zero, matrices normal with the configuration's `initializerRange`, the two matrices that write into
    /// the residual stream divided by √(2 layers) (Radford et al. 2019, section 2.3). About 20 ns a number.
    public func normal<R: Real>(_ entry: ParameterLayout.Entry) -> Tensor<R> {
        tensor(entry) { count, spread in
            var values = [Float](repeating: 0, count: count)
            var generator = SplitMix(seed: stream(of: entry))
            // Box and Muller's transform gives two numbers at a time.
            for place in stride(from: 0, to: count, by: 2) {
                let radius = spread * (-2 * log(1 - generator.uniform())).squareRoot()
                let angle = 2 * Double.pi * generator.uniform()
                values[place] = Float(radius * cos(angle))
                if place + 1 < count { values[place + 1] = Float(radius * sin(angle)) }
            }
            return values
        }
    }

    /// The same, but evenly spread with the same deviation: quicker, for a network that is only to be timed.
    public func uniform<R: Real>(_ entry: ParameterLayout.Entry) -> Tensor<R> {
        tensor(entry) { count, spread in
            var values = [Float](repeating: 0, count: count)
            var generator = SplitMix(seed: stream(of: entry))
            let (scale, shift) = (Float(spread * 12.0.squareRoot() * 0x1p-32), Float(spread * 3.0.squareRoot()))
            for place in stride(from: 0, to: count, by: 2) {
                let bits = generator.next()
                values[place] = Float(UInt32(truncatingIfNeeded: bits)) * scale - shift
                if place + 1 < count { values[place + 1] = Float(UInt32(truncatingIfNeeded: bits >> 32)) * scale - shift }
            }
            return values
        }
    }

    /// A matrix such as `uniform` gives, but made row by row as it is read: it takes no memory, however large.
    public func uniformRows(_ entry: ParameterLayout.Entry) -> RowSource {
        let length = entry.shape.dropFirst().reduce(1, *)
        let stream = stream(of: entry)
        let spread = spread(of: entry)
        let (scale, shift) = (Float(spread * 12.0.squareRoot() * 0x1p-32), Float(spread * 3.0.squareRoot()))
        return RowSource(rows: entry.shape[0], length: length) { row in
            var seeds = SplitMix(seed: stream ^ UInt64(row))
            var generator = SplitMix(seed: seeds.next())
            return [Float](unsafeUninitializedCapacity: length) { values, count in
                for place in stride(from: 0, to: length, by: 2) {
                    let bits = generator.next()
                    values[place] = Float(UInt32(truncatingIfNeeded: bits)) * scale - shift
                    if place + 1 < length { values[place + 1] = Float(UInt32(truncatingIfNeeded: bits >> 32)) * scale - shift }
                }
                count = length
            }
        }
    }

    /// Each tensor has a stream of its own.
    private func stream(of entry: ParameterLayout.Entry) -> UInt64 { seed ^ FNV1a.hash64(entry.name.utf8) }

    /// The deviation of a matrix's numbers.
    private func spread(of entry: ParameterLayout.Entry) -> Double {
        let writers: [ParameterLayout.LayerPart] = [.output, .down]
        let isWriter = writers.contains { entry.name.hasSuffix(".\($0.rawValue).weight") }
        return configuration.initializerRange / (isWriter ? (2 * Double(configuration.layerCount)).squareRoot() : 1)
    }

    private func tensor<R: Real>(_ entry: ParameterLayout.Entry, _ values: (Int, Double) -> [Float]) -> Tensor<R> {
        let isVector = entry.shape.count == 1
        let start: Float = entry.name.hasSuffix(".bias") ? 0 : Float(1 - configuration.form.normOffset)
        let numbers = isVector ? Array(repeating: start, count: entry.count) : values(entry.count, spread(of: entry))
        return numbers.withUnsafeBytes { Tensor(bytes: $0, format: .float32, shape: entry.shape) }
    }
}
