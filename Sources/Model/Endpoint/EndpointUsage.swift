import Ground
import Synchronization

/// The tokens that servers say they read and wrote, and how many a run may use. Shared by all remote models of a run.
public final class EndpointUsage: Sendable {
    public struct Count: Sendable, Equatable {
        public var requests = 0
        public var read = 0
        public var written = 0
        public var tokens: Int { read + written }
    }

    private let counted = Mutex<[String: Count]>([:])
    /// After so many tokens nothing more is asked; nil for no bound.
    private let most: Int?

    public init(most: Int? = nil) { self.most = most }

    /// What all models together were asked.
    public var count: Count {
        models.values.reduce(into: Count()) { sum, one in
            sum.requests += one.requests
            sum.read += one.read
            sum.written += one.written
        }
    }

    /// By the models' names.
    public var models: [String: Count] { counted.withLock { $0 } }

    /// Takes in what an answer says of itself.
    func add(_ answer: JSONObject, of model: String) {
        let usage = answer["usage"]?.object
        // A server may say anything.
        func tokens(_ key: String) -> Int { usage?[key]?.integer.map { min(max(0, $0), 1 << 32) } ?? 0 }
        counted.withLock {
            $0[model, default: Count()].requests += 1
            $0[model, default: Count()].read += tokens("prompt_tokens")
            $0[model, default: Count()].written += tokens("completion_tokens")
        }
    }

    /// Throws where as many tokens have been used as may be. What is in flight then is still answered and counted.
    func check() throws(EndpointError) {
        let used = count.tokens
        if let most, used >= most { throw .ceiling(used: used, most: most) }
    }
}
