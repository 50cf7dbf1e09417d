import Foundation
import Ground
import LanguageModels
import Synchronization

/// What the engine is asked for: token ids in, numbers out.
enum EngineRequest: Sendable {
    case generate(Generation)
    /// The log-probability of every id given, as the next token after the prompt.
    case nextToken(prompt: [Int32], ids: [Int32])
    /// The log-probability of each token of the continuation.
    case score(prompt: [Int32], continuation: [Int32])
    /// The pooled hidden state of the tokens.
    case state(tokens: [Int32])

    struct Generation: Sendable {
        var prompt: [Int32]
        var sampler: TokenSampler
        var random: KeyedRandom
        var maxNewTokens: Int
        /// Tokens that end the answer.
        var endTokens: Set<Int32>
        /// Whether the tokens sampled so far are the whole answer, asked after each; nil where only end tokens matter.
        var isComplete: (@Sendable ([Int32]) -> Bool)?
        /// The answer says no run of this many tokens twice; 0 lets it.
        var longestRepeat = 0
    }

    /// The tokens to run through the network before anything is sampled.
    var input: [Int32] {
        switch self {
        case .generate(let generation): generation.prompt
        case .nextToken(let prompt, _): prompt
        case .score(let prompt, let continuation): prompt + continuation.dropLast()
        case .state(let tokens): tokens
        }
    }

    /// The rows of `input` whose logits are wanted, or whose hidden states.
    var wantedRows: Range<Int> {
        switch self {
        case .generate(let generation): generation.prompt.count - 1..<generation.prompt.count
        case .nextToken(let prompt, _): prompt.count - 1..<prompt.count
        case .score(let prompt, let continuation): prompt.count - 1..<prompt.count - 1 + continuation.count
        case .state(let tokens): 0..<tokens.count
        }
    }

    /// Whether hidden states are wanted rather than logits.
    var wantsStates: Bool { if case .state = self { true } else { false } }

    /// The most tokens whose keys and values the sequence may need.
    var cacheTokens: Int {
        guard case .generate(let generation) = self else { return input.count }
        return generation.prompt.count + generation.maxNewTokens - 1
    }
}

/// The engine's answer to a request.
enum EngineAnswer: Sendable {
    struct Generated: Sendable {
        var tokens: [Int32]
        /// The end token that was sampled, if one ended the answer; not among `tokens`.
        var endToken: Int32?
        /// Whether `isComplete` ended the answer.
        var isComplete: Bool
        /// The log-probabilities at temperature 1 of all tokens sampled, the end token's last.
        var logProbabilities: [Double]
    }

    case generated(Generated)
    case logProbabilities([Double])
    case state([Double])
}

/// A request on its way and the task that waits for it. Answered once: by the engine, or by cancellation.
final class Ticket: Sendable {
    let request: EngineRequest
    let input: [Int32]
    private let waiting = Mutex<CheckedContinuation<EngineAnswer, any Error>?>(nil)
    private let isOver = Atomic<Bool>(false)

    init(_ request: EngineRequest) {
        self.request = request
        input = request.input
    }

    /// Whether nobody waits any more.
    var isCancelled: Bool { isOver.load(ordering: .acquiring) }

    func wait(with continuation: CheckedContinuation<EngineAnswer, any Error>) {
        waiting.withLock { $0 = continuation }
        if isCancelled { answer(.failure(CancellationError())) }
    }

    func answer(_ result: Result<EngineAnswer, any Error>) {
        isOver.store(true, ordering: .releasing)
        let continuation = waiting.withLock { waiting in
            defer { waiting = nil }
            return waiting
        }
        continuation?.resume(with: result)
    }
}

/// Requests between the tasks that make them and the engine's thread.
///
/// Unchecked because the condition's lock guards both variables.
final class RequestQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private var tickets: [Ticket] = []
    private var isClosed = false

    func add(_ ticket: Ticket) {
        condition.lock()
        tickets.append(ticket)
        condition.signal()
        condition.unlock()
    }

    func close() {
        condition.lock()
        isClosed = true
        condition.signal()
        condition.unlock()
    }

    /// The requests that came since the last call; nil once the queue is closed and empty. Waits for one where `waits` says so.
    func take(waits: Bool) -> [Ticket]? {
        condition.lock()
        defer { condition.unlock() }
        while waits && tickets.isEmpty && !isClosed { condition.wait() }
        if isClosed && tickets.isEmpty && waits { return nil }
        defer { tickets = [] }
        return tickets
    }
}
