import Ground
import LanguageModels
import Records

/// What a model's loss on one pair is made of.
public struct PairLoss: Sendable, Equatable {
    /// The negative log-probability, in nats, of the text that was scored.
    public var nats: Double
    public var tokens: Int
    /// Bytes of the text that was scored.
    public var bytes: Int
    /// Bytes of the pair's output that the model was shown or scored on; fewer than it has where it was cut.
    public var outputBytes: Int
    public var isCut: Bool
    /// Of a backward model: how much likelier, in nats, the pair's own output makes the instruction than another pair's output does.
    public var gain: Double?
    /// Of a forward model: for each mismatched instruction how much more the output loses with it, in nats a token. See `InstructionGain`.
    public var gains: [Double] = []

    init(_ likelihood: LogLikelihood, of text: String, output: PassageTruncation.Fitted, gain: Double? = nil) {
        nats = -likelihood.total
        tokens = likelihood.logProbabilities.count
        bytes = text.utf8.count
        outputBytes = output.text.utf8.count
        isCut = output.isTruncated
        self.gain = gain
    }

    /// The mean of `gains`; nil where there are none.
    public var instructionGain: Double? { gains.isEmpty ? nil : gains.reduce(0, +) / Double(gains.count) }
    /// The instruction gain in bits a byte.
    public var instructionGainPerByte: Double? {
        instructionGain.map { $0 * Double(tokens) / 0.693_147_180_559_945_3 / Double(max(1, bytes)) }
    }

    /// Nats a token.
    public var loss: Double { nats / Double(max(1, tokens)) }
    /// Bits a byte: comparable between models that cut text into other tokens.
    public var bitsPerByte: Double { nats / 0.693_147_180_559_945_3 / Double(max(1, bytes)) }

    /// What a script needs for statistics of its own.
    func object(id: String) -> JSONObject {
        var object: JSONObject = [
            "id": .string(id), "nats": .double(nats), "tokens": .integer(tokens), "bytes": .integer(bytes), "loss": .double(loss),
        ]
        if let gain { object["gain"] = .double(gain) }
        if let instructionGain {
            object["instruction_gain"] = .double(instructionGain)
            object["gains"] = .array(gains.map { .double($0) })
        }
        return object
    }
}

/// What became of one pair: a figure, or why there is none.
public typealias PairResult<Figure: Sendable> = Result<Figure, Rejection>

extension Array {
    /// What `work` finds of each pair or question, at most `concurrency` of them under way, in their order; a `Rejection` leaves a pair out.
    func measured<Figure: Sendable>(
        concurrency: Int, progress: @Sendable (Int) -> Void, _ work: @escaping @Sendable (Int) async throws -> Figure
    ) async throws -> [PairResult<Figure>] {
        var found = [PairResult<Figure>?](repeating: nil, count: count)
        try await withThrowingTaskGroup(of: (Int, PairResult<Figure>).self) { group in
            var next = 0
            func add() {
                guard next < count else { return }
                let index = next
                next += 1
                group.addTask {
                    do {
                        return (index, .success(try await work(index)))
                    } catch let rejection as Rejection {
                        return (index, .failure(rejection))
                    }
                }
            }
            for _ in 0..<Swift.max(1, concurrency) { add() }
            var done = 0
            while let (index, result) = try await group.next() {
                found[index] = result
                done += 1
                progress(done)
                add()
            }
        }
        return found.compactMap(\.self)
    }
}
