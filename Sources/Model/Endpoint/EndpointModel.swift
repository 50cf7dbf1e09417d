import Foundation
import Ground
import LanguageModels
import Records
import Synchronization

/// A model behind OpenAI-compatible servers (`/chat/completions`, `/completions`): requests in parallel up to a bound, with retries.
///
/// Every prompt leaves this machine unless the servers are on it. The server decides about sameness: `seed` is sent with each request, made
/// of the sampling's seed and the record's key. Tokens are estimated where a stage asks for their number. What a model thinks aloud is no
/// part of its answer; one that thinks gets room for it beside the answer's own length.
public final class EndpointModel: LanguageModel {
    /// The environment variable that holds the key; there is no other way to give one, and it is never written anywhere.
    public static let keyVariable = "HUMPBACK_API_KEY"

    public let card: ModelCard
    let client: EndpointClient
    /// Writes turns as the server's model is given them, ready for it to speak; nil where only the server knows.
    let render: (@Sendable ([ChatMessage]) throws -> String)?
    /// What has been found out about the server.
    let known = Mutex(Known())

    struct Known {
        var dialect = EndpointDialect()
        /// Whether the server has shown that it gives no probabilities.
        var givesTextOnly = false
        /// Whether the model has shown that it thinks before it answers.
        var thinks = false
        var likelihoods: LikelihoodWay?
        /// Whether messages become a text at one address and tokens at another; nil before it was tried.
        var rendersApart: Bool?
    }

    /// Tokens for a model's thoughts, beside those of its answer.
    static let thoughtTokens = 4096

    /// How long servers are waited for.
    public struct Waiting: Sendable {
        /// The seconds that one exchange may take.
        public var timeoutSeconds = 300.0
        /// The seconds for which servers that have answered may answer nothing more, before the run ends.
        public var goneSeconds = 180.0
        public init() {}
    }

    /// - Parameters:
    ///   - requests: the most requests in flight.
    ///   - key: what `keyVariable` holds, nil for servers that ask for none.
    ///   - usage: counts the tokens, and bounds them.
    ///   - journal: where every answer is written down before it is used; nil writes none.
    ///   - render: writes turns as the server's model is given them, for servers that do not say how.
    ///   - batch: takes the place of the servers, which are not asked then.
    public convenience init(
        address: EndpointAddress, requests: Int, key: String?, waiting: Waiting = Waiting(), usage: EndpointUsage = EndpointUsage(),
        journal: AnswerJournal? = nil, render: (@Sendable ([ChatMessage]) throws -> String)? = nil, batch: RequestBatch? = nil
    ) throws(EndpointError) {
        try self.init(
            address: address, requests: requests, key: key,
            patience: .init(timeoutSeconds: waiting.timeoutSeconds, goneSeconds: waiting.goneSeconds), usage: usage,
            journal: journal, render: render, batch: batch)
    }

    init(
        address: EndpointAddress, requests: Int, key: String?, patience: EndpointClient.Patience, usage: EndpointUsage = EndpointUsage(),
        journal: AnswerJournal? = nil, render: (@Sendable ([ChatMessage]) throws -> String)? = nil, batch: RequestBatch? = nil
    ) throws(EndpointError) {
        self.render = render
        let key = try EndpointKey(batch == nil ? key : nil)
        if key != nil, address.isPlain { throw .keyInTheOpen(host: address.host) }
        client = EndpointClient(
            address, key: key, requests: requests, patience: patience, usage: usage, journal: journal, batch: batch)
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
        if !sampling.stop.isEmpty { exchange.body["stop"] = .array(sampling.stop.map { .string($0) }) }
        var random = KeyedRandom(seed: sampling.seed, key: key)
        exchange.body["seed"] = .integer(Int(random.next() >> 33))
        let answer = try await said(exchange, tokens: sampling.maxNewTokens)
        if let rejection = answer.rejection { throw rejection }
        guard let text = answer.text else { throw answer.unreadable }
        return Completion(text: text, end: answer.end == .length ? .length : .stop, tokenCount: answer.tokenCount ?? Self.estimate(text))
    }

    /// Sums the likeliest tokens the server lists (20 of a chat, 5 of a text) over each label's spellings; a label not among them has 0.
    public func probabilities(of labels: [Label], after prompt: Prompt) async throws -> [Double] {
        // What a model that thinks says first is a thought.
        if known.withLock({ $0.givesTextOnly || $0.thinks }) { throw ProbabilitiesUnavailable(model: card.name) }
        var exchange = exchange(prompt)
        exchange.body["max_tokens"] = 1
        exchange.body["temperature"] = 0
        exchange.askForProbabilities()
        let answer: EndpointAnswer
        do {
            answer = EndpointAnswer(try await ask(exchange))
        } catch let rejection as Rejection where rejection.reason == "endpoint_refused" {
            // Some servers refuse the question itself. Whether this prompt is at fault shows when its text is asked for.
            throw ProbabilitiesUnavailable(model: card.name)
        }
        let tops = answer.likeliestFirstTokens
        if answer.hasThoughts || tops?.first.map({ ThoughtBlock.isOpened(by: $0.token) }) == true {
            learn { $0.thinks = true }
            throw ProbabilitiesUnavailable(model: card.name)
        }
        guard let tops else {
            if let rejection = answer.rejection { throw rejection }
            learn { $0.givesTextOnly = true }
            throw ProbabilitiesUnavailable(model: card.name)
        }
        return labels.map { label in
            tops.reduce(0) { $0 + (label.spellings.contains($1.token) ? exp($1.logProbability) : 0) }
        }
    }

    func exchange(_ prompt: Prompt) -> EndpointExchange { EndpointExchange(prompt, model: client.address.model) }

    /// Keeps what an answer shows of the server. In batches all is asked before anything is answered: there each request stands for itself, or what
    /// a record is asked would hang on the answers that others got.
    private func learn(_ change: @Sendable (inout Known) -> Void) {
        if !client.isBatch { known.withLock { change(&$0) } }
    }

    /// The answer within so many tokens. Where it was cut in its thoughts it is asked for once more with room for them, and so are all that
    /// follow.
    private func said(_ exchange: EndpointExchange, tokens: Int) async throws -> EndpointAnswer {
        func answer(withRoom: Bool) async throws -> EndpointAnswer {
            var exchange = exchange
            exchange.body["max_tokens"] = .integer(tokens + (withRoom ? Self.thoughtTokens : 0))
            return EndpointAnswer(try await ask(exchange))
        }
        func answerWithRoom() async throws -> EndpointAnswer { try await answer(withRoom: true) }
        let hadRoom = known.withLock { $0.thinks }
        let answer = try await answer(withRoom: hadRoom)
        guard answer.hasThoughts else { return answer }
        learn { $0.thinks = true }
        return answer.isCutInThoughts && !hadRoom ? try await answerWithRoom() : answer
    }

    /// The object that the server answers, in the words that it takes.
    private func ask(_ exchange: EndpointExchange) async throws -> JSONObject {
        var dialect = known.withLock { $0.dialect }
        while true {
            do {
                let answer = try await client.post(dialect.written(exchange.body), to: exchange.path)
                // A guess that helped is kept; one that did not was about this request alone.
                learn { [dialect] in $0.dialect.add(dialect) }
                return answer
            } catch let refusal as EndpointRefusal {
                guard let other = dialect.learning(from: refusal, of: exchange.body) else { throw refusal.rejection }
                dialect = other
            }
        }
    }

    /// One token to three bytes: more than English takes, about what other scripts take.
    static func estimate(_ text: String) -> Int { (text.utf8.count + 2) / 3 }
}
