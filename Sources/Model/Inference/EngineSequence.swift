/// A request in flight: its tokens, its cache, and what has been drawn.
final class EngineSequence {
    let ticket: Ticket
    let cache: KVCache
    /// The most tokens its cache may come to hold.
    let cacheLimit: Int
    /// The input, and the tokens drawn so far.
    private(set) var tokens: [Int32]
    private var logProbabilities: [Double] = []
    private let inputCount: Int
    /// The same answer after the other prompt of a guided generation.
    let shadow: ShadowSequence?

    init(_ ticket: Ticket, cache: KVCache, shadow: ShadowSequence? = nil) {
        self.ticket = ticket
        self.cache = cache
        self.shadow = shadow
        cacheLimit = ticket.request.cacheTokens
        tokens = ticket.input
        inputCount = ticket.input.count
    }

    var isReadingInput: Bool { cache.count < inputCount }

    /// The next tokens to run, together at most `limit`: one run, two where the answer is guided, or none where they would not fit.
    ///
    /// A row of logits of a guided answer always comes with the shadow's, in the run behind it: until both can be read to their ends, the
    /// last token of each stays unread.
    func nextRuns(limit: Int) -> [SequenceRun] {
        guard let shadow else { return [run(upTo: min(tokens.count, cache.count + limit))] }
        let (own, other) = (tokens.count - cache.count, shadow.tokens.count - shadow.cache.count)
        if own + other <= limit { return [run(upTo: tokens.count), shadow.run(upTo: shadow.tokens.count, wantsLast: true)] }
        let first = min(other - 1, limit)
        let second = min(own - 1, limit - first)
        return (first > 0 ? [shadow.run(upTo: shadow.cache.count + first, wantsLast: false)] : [])
            + (second > 0 ? [run(upTo: cache.count + second)] : [])
    }

    private func run(upTo end: Int) -> SequenceRun {
        let place = cache.count..<end
        let wanted = isReadingInput ? ticket.request.wantedRows.clamped(to: place) : place
        cache.reserve(end, limit: cacheLimit)
        return SequenceRun(
            cache: cache, tokens: Array(tokens[place]), wanted: wanted.lowerBound - place.lowerBound..<wanted.upperBound - place.lowerBound)
    }

    /// Takes the log-probability of a token; gives the answer when the request has all it asked for.
    func take(_ values: [Double]) -> EngineAnswer? {
        logProbabilities += values
        return switch ticket.request {
        case .nextToken: .logProbabilities(logProbabilities)
        case .score(_, let continuation): logProbabilities.count == continuation.count ? .logProbabilities(logProbabilities) : nil
        case .generate: nil
        }
    }

    /// Takes a token drawn; gives the answer when it was the last.
    func take(_ token: Int32, logProbability: Double, of generation: EngineRequest.Generation) -> EngineAnswer? {
        logProbabilities.append(logProbability)
        let isEnd = generation.endTokens.contains(token)
        if !isEnd {
            tokens.append(token)
            shadow?.tokens.append(token)
        }
        let drawn = Array(drawn)
        let isComplete = !isEnd && generation.isComplete?(drawn) == true
        guard isEnd || isComplete || drawn.count == generation.maxNewTokens else { return nil }
        return .generated(
            .init(tokens: drawn, endToken: isEnd ? token : nil, isComplete: isComplete, logProbabilities: logProbabilities))
    }

    /// The tokens drawn so far.
    var drawn: ArraySlice<Int32> { tokens[inputCount...] }
    /// Their number.
    var drawnCount: Int { tokens.count - inputCount }
    /// The target of the next score row.
    var nextTarget: Int32? {
        guard case .score(_, let continuation) = ticket.request, logProbabilities.count < continuation.count else { return nil }
        return continuation[logProbabilities.count]
    }
}

/// The answer of a guided sequence after the other prompt: the same tokens drawn, a cache of its own.
final class ShadowSequence {
    let cache: KVCache
    fileprivate(set) var tokens: [Int32]
    private let cacheLimit: Int

    init(_ guidance: EngineRequest.Guidance, maxNewTokens: Int, cache: KVCache) {
        self.cache = cache
        tokens = guidance.against
        cacheLimit = guidance.against.count + maxNewTokens - 1
    }

    /// Begins with the keys and values of another shadow of the same prompt, all but the last token's.
    func takeOver(_ other: KVCache) { cache.copyPrefix(of: other, count: tokens.count - 1, limit: cacheLimit) }

    fileprivate func run(upTo end: Int, wantsLast: Bool) -> SequenceRun {
        let count = end - cache.count
        cache.reserve(end, limit: cacheLimit)
        return SequenceRun(cache: cache, tokens: Array(tokens[cache.count..<end]), wanted: wantsLast ? count - 1..<count : count..<count)
    }
}
