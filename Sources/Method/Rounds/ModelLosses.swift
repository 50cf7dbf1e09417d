import Evaluate
import Foundation
import Ground
import LanguageModels
import Records
import Stages

/// What a model loses on each of the held-out pairs, kept in a file of the loop, so that no model is asked twice.
struct ModelLosses: Sendable, Equatable {
    /// The loss on one pair, or why there is none.
    struct Pair: Sendable, Equatable {
        var id: String
        /// The negative log-probability of the output, in nats; nil where the pair is left out.
        var nats: Double?
        var tokens = 0
        var bytes = 0
        var reason: String?
    }

    var pairs: [Pair]

    init(pairs: [Pair]) { self.pairs = pairs }

    /// Asks the model about every pair.
    init(of model: any LanguageModel, on seeds: [Seed]) async throws {
        let loss = HeldOutLoss(model: model)
        let results = try await loss.losses(of: seeds)
        pairs = zip(seeds, results).map { seed, result in
            switch result {
            case .success(let loss): Pair(id: seed.id, nats: loss.nats, tokens: loss.tokens, bytes: loss.bytes)
            case .failure(let rejection): Pair(id: seed.id, reason: rejection.reason)
            }
        }
    }

    /// Reads what `write` wrote.
    init(file: String) throws {
        pairs = try RecordSource.readAll([file]).map { record in
            let object = record.object
            return Pair(
                id: object["id"]?.string ?? "", nats: object["nats"]?.double, tokens: object["tokens"]?.integer ?? 0,
                bytes: object["bytes"]?.integer ?? 0, reason: object["reason"]?.string)
        }
    }

    func write(to file: String) throws {
        let lines = pairs.map { pair in
            var object: JSONObject = ["id": .string(pair.id)]
            if let nats = pair.nats {
                object["nats"] = .double(nats)
                object["tokens"] = .integer(pair.tokens)
                object["bytes"] = .integer(pair.bytes)
            }
            if let reason = pair.reason { object["reason"] = .string(reason) }
            return JSONValue.object(object).serialized + "\n"
        }
        try AtomicFile.write(lines.joined(), to: file)
    }
}
