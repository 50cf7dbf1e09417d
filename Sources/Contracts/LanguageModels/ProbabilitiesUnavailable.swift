/// A model that was thought to give probabilities does not: a server that was asked for them and answered without.
public struct ProbabilitiesUnavailable: Error, Sendable, Equatable, CustomStringConvertible {
    public var model: String
    public init(model: String) { self.model = model }

    public var description: String { "\(model) gives no probabilities, only text. Take a model that runs here." }
}
