import Formats
import Foundation
import Tensors
import TestSupport
import Testing
import Tokenization
import Transformer

@testable import Inference

@Suite struct PrecisionTests {
    private func logits(_ network: InferenceNetwork, _ tokens: [Int32]) -> [[Float]] {
        let step = InferenceStep(network: network, tokenLimit: tokens.count)
        let cache = KVCache(network.configuration)
        cache.reserve(tokens.count, limit: tokens.count)
        let hidden = step.advance([SequenceRun(cache: cache, tokens: tokens, wanted: 0..<tokens.count)])
        return (0..<tokens.count).map { step.logits(hidden.rows($0..<$0 + 1)).array }
    }

    /// What 8 bits change, over the rows of some tokens.
    private struct Cost: CustomStringConvertible {
        var meanDifference = 0.0
        var largestDifference = 0.0
        /// Nats a token, from the exact distribution to the rounded one.
        var divergence = 0.0
        /// The share of rows whose likeliest token is the same.
        var agreement = 0.0
        /// The mean loss of the next token.
        var exactLoss = 0.0
        var roundedLoss = 0.0

        var description: String {
            "logits differ by \(meanDifference), at most \(largestDifference); \(divergence) nats a token; \(100 * agreement) % of greedy "
                + "tokens agree; loss \(exactLoss) and \(roundedLoss)"
        }
    }

    private func cost(_ tokens: [Int32], _ network: (Precision) throws -> InferenceNetwork) rethrows -> Cost {
        let exact = logits(try network(.float32), tokens)
        let rounded = logits(try network(.int8), tokens)
        var cost = Cost()
        for (place, (row, other)) in zip(rounded, exact).enumerated() {
            let differences = zip(row, other).map { Double(abs($0 - $1)) }
            cost.meanDifference += differences.reduce(0, +) / Double(row.count)
            cost.largestDifference = max(cost.largestDifference, differences.max() ?? 0)
            let (p, q) = (softmax(other), softmax(row))
            cost.divergence += zip(p, q).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
            cost.agreement += row.firstIndex(of: row.max() ?? 0) == other.firstIndex(of: other.max() ?? 0) ? 1 : 0
            guard place + 1 < tokens.count else { continue }
            cost.exactLoss -= log(p[Int(tokens[place + 1])])
            cost.roundedLoss -= log(q[Int(tokens[place + 1])])
        }
        let count = Double(tokens.count)
        cost.meanDifference /= count
        cost.divergence /= count
        cost.agreement /= count
        cost.exactLoss /= count - 1
        cost.roundedLoss /= count - 1
        return cost
    }

    @Test("what 8 bits cost a model of 260 thousand weights", .enabled(if: SharedData.isPresent, "needs ../shared/data"))
    func costOnStories() throws {
        let place = try #require(SharedData.directory).appending(path: "stories260K/stories260K.bin")
        let parameters = try Llama2CModel.read(place)
        let compute = Compute(pool: ThreadPool(threads: 2))
        // A story that the model itself tells, so that the tokens are such as it knows.
        let exact = InferenceNetwork(parameters: parameters, precision: .float32, compute: compute)
        var tokens: [Int32] = [1, 403, 407, 261, 378]
        let step = InferenceStep(network: exact, tokenLimit: 8)
        let cache = KVCache(exact.configuration)
        cache.reserve(200, limit: 200)
        while tokens.count < 200 {
            let next = Array(tokens[cache.count...])
            let hidden = step.advance([SequenceRun(cache: cache, tokens: next, wanted: next.count - 1..<next.count)])
            let row = step.logits(hidden).array
            tokens.append(Int32(row.indices.max { row[$0] < row[$1] } ?? 0))
        }
        let cost = cost(tokens) { InferenceNetwork(parameters: parameters, precision: $0, compute: compute) }
        // A model this small has little to average over: 0.11, 0.0036 nats and 98.5 % when this was written.
        #expect(cost.meanDifference < 0.2 && cost.divergence < 0.01 && cost.agreement > 0.95, "\(cost)")
        #expect(abs(cost.roundedLoss - cost.exactLoss) < 0.02, "\(cost)")
    }

    @Test("what 8 bits cost calf on text it was not trained on")
    func costOnCalf() throws {
        let place = SharedData.projectRoot.appending(path: "models/calf/base")
        let folder = try ModelFolder(directory: place)
        let tokenizer = try Tokenizer(directory: place)
        let compute = Compute(pool: ThreadPool(threads: 2))
        let text = try String(contentsOf: SharedData.projectRoot.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
        let tokens = Array(tokenizer.encode(text, parsingSpecialTokens: false, addingSpecialTokens: true).prefix(400))
        let cost = try cost(tokens) { try InferenceNetwork(folder: folder, precision: $0, compute: compute) }
        print("8 bits on calf:", cost)
        #expect(cost.meanDifference < 0.2 && cost.divergence < 0.01 && cost.agreement > 0.9, "\(cost)")
        #expect(abs(cost.roundedLoss - cost.exactLoss) < 0.02, "\(cost)")
    }

    private func softmax(_ row: [Float]) -> [Double] {
        let largest = Double(row.max() ?? 0)
        let weights = row.map { exp(Double($0) - largest) }
        let sum = weights.reduce(0, +)
        return weights.map { $0 / sum }
    }
}
