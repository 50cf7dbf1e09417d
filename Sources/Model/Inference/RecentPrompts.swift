import LanguageModels
import Synchronization

/// The tokens of the prompts that were asked for last, so that one whose length is counted before it is answered is rendered and tokenised
/// once. Memory: the prompts themselves and 4 bytes a token, at most `mostTokens` together.
final class RecentPrompts: Sendable {
    private struct State {
        var tokens: [Prompt: [Int32]] = [:]
        /// In the order in which they came, the first to go at the front.
        var order: [Prompt] = []
        var count = 0
    }

    private let state = Mutex(State())
    private let mostTokens: Int

    init(mostTokens: Int = 1 << 18) { self.mostTokens = mostTokens }

    /// The prompt's tokens, made by `encode` where they are not remembered.
    func tokens(of prompt: Prompt, _ encode: (Prompt) throws -> [Int32]) rethrows -> [Int32] {
        if let known = state.withLock({ $0.tokens[prompt] }) { return known }
        let made = try encode(prompt)
        guard made.count <= mostTokens else { return made }
        state.withLock { state in
            guard state.tokens.updateValue(made, forKey: prompt) == nil else { return }
            state.order.append(prompt)
            state.count += made.count
            var gone = 0
            while state.count > mostTokens {
                state.count -= state.tokens.removeValue(forKey: state.order[gone])?.count ?? 0
                gone += 1
            }
            state.order.removeFirst(gone)
        }
        return made
    }
}
