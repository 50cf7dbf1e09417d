/// A label that a model cannot say in one token, so that one forward pass does not tell its probability.
public struct LabelNotOneToken: Error, Sendable, Equatable, CustomStringConvertible {
    public var model: String
    public var spelling: String
    public var tokens: Int

    public init(model: String, spelling: String, tokens: Int) {
        self.model = model
        self.spelling = spelling
        self.tokens = tokens
    }

    public var description: String {
        "\(model) has no single token for \"\(spelling)\", with or without a space before it (it takes \(tokens)), so it cannot give a score "
            + "in one step; take a model whose vocabulary has the digits 1 to 5 as tokens."
    }
}
