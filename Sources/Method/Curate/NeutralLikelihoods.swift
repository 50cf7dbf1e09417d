import LanguageModels
import Records

/// The log-likelihoods of outputs behind instructions that ask for nothing in particular. They depend on the output alone, so that the samples
/// of a passage, which share one, share them too.
public actor NeutralLikelihoods {
    private var known: [String: Task<Double, any Error>] = [:]
    /// The outputs in the order in which they came.
    private var order: [String] = []
    /// More are not kept: the samples of a passage stand side by side.
    private static let most = 256

    public init() {}

    /// What `work` gives for an output, asked for once among outputs that are equal, and by all who want it.
    func value(of output: String, _ work: @escaping @Sendable () async throws -> Double) async throws -> Double {
        if let task = known[output] { return try await task.value }
        let task = Task { try await work() }
        known[output] = task
        order.append(output)
        if order.count > Self.most { known[order.removeFirst()] = nil }
        do {
            return try await withTaskCancellationHandler {
                try await task.value
            } onCancel: {
                task.cancel()
            }
        } catch {
            // A server that did not answer may answer the next time.
            if known[output] == task {
                known[output] = nil
                order.removeAll { $0 == output }
            }
            throw error
        }
    }
}
