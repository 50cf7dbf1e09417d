/// A model that shows no hidden states: one of a server.
public struct HiddenStatesUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    public var model: String
    public init(model: String) { self.model = model }

    public var description: String {
        "\(model) shows no hidden states, which nearness to the seeds is measured by: a server gives text only. Take a model that runs here."
    }
}

extension LanguageModel {
    public func pooledState(of continuation: String, after prompt: Prompt) async throws -> [Double] {
        throw HiddenStatesUnavailable(model: card.name)
    }
}
