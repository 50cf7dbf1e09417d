import Tensors

/// A request in flight: its tokens, its cache, and what has been sampled.
final class EngineSequence {
    let ticket: Ticket
    let cache: KVCache
    /// The most tokens its cache may come to hold.
    let cacheLimit: Int
    /// The input, and the tokens sampled so far.
    private(set) var tokens: [Int32]
    private var logProbabilities: [Double] = []
    private var pool: StatePool?
    private let inputCount: Int

    init(_ ticket: Ticket, cache: KVCache) {
        self.ticket = ticket
        self.cache = cache
        cacheLimit = ticket.request.cacheTokens
        tokens = ticket.input
        inputCount = ticket.input.count
    }

    var isReadingInput: Bool { cache.count < inputCount }

    /// The next tokens to run, at most `limit` of them.
    func nextRun(limit: Int) -> SequenceRun {
        let place = cache.count..<min(tokens.count, cache.count + limit)
        let wanted = isReadingInput ? ticket.request.wantedRows.clamped(to: place) : place
        cache.reserve(place.upperBound, limit: cacheLimit)
        return SequenceRun(
            cache: cache, tokens: Array(tokens[place]), wanted: wanted.lowerBound - place.lowerBound..<wanted.upperBound - place.lowerBound)
    }

    /// Takes the log-probability of a token; gives the answer when the request has all it asked for.
    func take(_ values: [Double]) -> EngineAnswer? {
        logProbabilities += values
        return switch ticket.request {
        case .nextToken: .logProbabilities(logProbabilities)
        case .score(_, let continuation): logProbabilities.count == continuation.count ? .logProbabilities(logProbabilities) : nil
        case .generate, .state: nil
        }
    }

    /// Takes the hidden states of the next tokens; gives the answer with the last.
    func take(states: Tensor<Float>) -> EngineAnswer? {
        var pool = self.pool ?? StatePool(width: states.rowLength)
        pool.add(states)
        self.pool = pool
        return pool.count == inputCount ? .state(pool.mean) : nil
    }

    /// Takes a token sampled; gives the answer when it was the last.
    func take(_ token: Int32, logProbability: Double, of generation: EngineRequest.Generation) -> EngineAnswer? {
        logProbabilities.append(logProbability)
        let isEnd = generation.endTokens.contains(token)
        if !isEnd { tokens.append(token) }
        let sampled = Array(sampled)
        let isComplete = !isEnd && generation.isComplete?(sampled) == true
        guard isEnd || isComplete || sampled.count == generation.maxNewTokens else { return nil }
        return .generated(
            .init(tokens: sampled, endToken: isEnd ? token : nil, isComplete: isComplete, logProbabilities: logProbabilities))
    }

    /// The tokens sampled so far.
    var sampled: ArraySlice<Int32> { tokens[inputCount...] }
    /// Their number.
    var sampledCount: Int { tokens.count - inputCount }
    /// The target of the next score row.
    var nextTarget: Int32? {
        guard case .score(_, let continuation) = ticket.request, logProbabilities.count < continuation.count else { return nil }
        return continuation[logProbabilities.count]
    }
}
