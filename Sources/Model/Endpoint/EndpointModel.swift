import Foundation
import LanguageModels
import Records
import Synchronization

/// A model behind an OpenAI-compatible server (`/chat/completions`, `/completions`): requests in parallel up to a bound, with retries.
///
/// Every prompt leaves this machine unless the server is on it. The server decides about sameness: `seed` is sent with each request, made
/// of the sampling's seed and the record's key. Tokens are estimated, since the server's tokenizer is not known here.
public final class EndpointModel: LanguageModel {
    /// The environment variable that holds the key; there is no other way to give one, and it is never written anywhere.
    public static let keyVariable = "HUMPBACK_API_KEY"

    public let card: ModelCard
    private let client: EndpointClient
    /// Whether the server has shown that it gives no probabilities.
    private let givesTextOnly = Atomic<Bool>(false)

    /// - Parameters:
    ///   - requests: the most requests in flight.
    ///   - key: what `keyVariable` holds, nil for a server that asks for none.
    public convenience init(address: EndpointAddress, requests: Int, key: String?) throws(EndpointError) {
        try self.init(address: address, requests: requests, key: key, patience: .init())
    }

    init(address: EndpointAddress, requests: Int, key: String?, patience: EndpointClient.Patience) throws(EndpointError) {
        let key = key.flatMap { $0.isEmpty ? nil : $0 }
        if key != nil, address.isPlain { throw .keyInTheOpen(host: address.host) }
        client = EndpointClient(address, key: key, requests: requests, patience: patience)
        card = ModelCard(
            name: address.model, fingerprint: RecordID.make("endpoint", address.base.absoluteString, address.model), roles: [],
            precision: "remote", instructionSet: "remote", contextLength: Self.contextLength)
    }

    /// A server's limit is not known before it refuses; one that refuses a prompt makes that record a broken one.
    static let contextLength = 1 << 20

    public func tokenCount(of text: String) async throws -> Int { Self.estimate(text) }

    public func tokenCount(of prompt: Prompt) async throws -> Int {
        switch prompt {
        case .chat(let turns): turns.reduce(0) { $0 + Self.estimate($1.content) + 4 }
        case .text(let text): Self.estimate(text)
        }
    }

    public func complete(_ prompt: Prompt, sampling: Sampling, key: String) async throws -> Completion {
        var exchange = exchange(prompt)
        exchange.body["temperature"] = .double(sampling.temperature)
        exchange.body["top_p"] = .double(sampling.topP)
        // The protocol of origin knows no top_k and refuses unknown fields, so it is sent only where it was asked for.
        if sampling.topK > 0 { exchange.body["top_k"] = .integer(sampling.topK) }
        exchange.body["max_tokens"] = .integer(sampling.maxNewTokens)
        if !sampling.stop.isEmpty { exchange.body["stop"] = .array(sampling.stop.map { .string($0) }) }
        var random = KeyedRandom(seed: sampling.seed, key: key)
        exchange.body["seed"] = .integer(Int(random.next() >> 33))
        let answer = EndpointAnswer(try await client.post(exchange.body, to: exchange.path))
        guard let text = answer.text else { throw answer.unreadable }
        return Completion(text: text, end: answer.end, tokenCount: answer.tokenCount ?? Self.estimate(text))
    }

    /// Sums the likeliest tokens the server lists (20 of a chat, 5 of a text) over each label's spellings; a label not among them has 0.
    public func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] {
        if givesTextOnly.load(ordering: .relaxed) { throw ProbabilitiesUnavailable(model: card.name) }
        var exchange = exchange(prompt)
        exchange.body["max_tokens"] = 1
        exchange.body["temperature"] = 0
        exchange.askForProbabilities()
        let answer: EndpointAnswer
        do {
            answer = EndpointAnswer(try await client.post(exchange.body, to: exchange.path))
        } catch let rejection as Rejection where rejection.reason == "endpoint_refused" {
            // Some servers refuse the question itself. Whether this prompt is at fault shows when its text is asked for.
            throw ProbabilitiesUnavailable(model: card.name)
        }
        guard let tops = answer.likeliestFirstTokens else {
            guard answer.text != nil else { throw answer.unreadable }
            givesTextOnly.store(true, ordering: .relaxed)
            throw ProbabilitiesUnavailable(model: card.name)
        }
        return labels.map { label in
            tops.reduce(0) { $0 + (label.spellings.contains($1.token) ? exp($1.logProbability) : 0) }
        }
    }

    public func logLikelihood(of continuation: String, after prompt: Prompt) async throws -> LogLikelihood {
        throw EndpointError.noLogLikelihoods(model: card.name)
    }

    private func exchange(_ prompt: Prompt) -> EndpointExchange { EndpointExchange(prompt, model: client.address.model) }

    /// One token to three bytes: more than English takes, about what other scripts take.
    private static func estimate(_ text: String) -> Int { (text.utf8.count + 2) / 3 }
}
