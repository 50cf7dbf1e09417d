import Ground
import LanguageModels

/// What was found in the answers of a batch, for a person to read: nothing that is wrong with an answer is passed over in silence.
public struct BatchFindings: Sendable, Equatable {
    /// Requests of this run that were answered.
    public internal(set) var taken = 0
    /// Requests of this run that have no answer.
    public internal(set) var missing = 0
    /// Requests in the files that have a good answer.
    var answered = 0
    /// Requests in the files that failed and have no good answer, by what the server said.
    var failures: [String: Int] = [:]
    /// Requests in the files that have more than one good answer, and those among them whose answers differ.
    var (repeated, differing) = (0, 0)
    /// Files that end in the middle of a line.
    var torn: [String] = []
    /// Requests of this run whose answer says that another model gave it.
    var otherModels: [String: Int] = [:]
    /// Requests of this run that the server refused, and what it said of the first.
    var refused = 0
    var firstRefusal = ""
    /// Requests of this run for a text that were answered with none.
    var empty = 0
    /// Requests of this run for probabilities that were answered without.
    var withoutProbabilities = 0

    /// Each fault with its number, what became of its records, and what to do next; empty where all is well.
    ///
    /// - Parameter isAskedAgain: whether a file of requests has just been written.
    public func sentences(model: String, isAskedAgain: Bool) -> [String] {
        var said: [String] = []
        let again = isAskedAgain ? "the file of requests has" : "--emit-batch FILE writes"
        func say(_ count: Int, _ words: String) { if count > 0 { said.append(words) } }
        for file in torn {
            said.append("\(file) ends in the middle of a line, which is not read: wait until all answers are written, then give it again.")
        }
        for (reason, count) in failures.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            said.append(
                "\(Self.requests(count)) failed (\(reason)): no answer, so that their records are holes; \(again) the requests again, "
                    + "and --resume with the new answers fills them in.")
        }
        say(
            refused,
            "\(Self.were(refused)) refused (\(firstRefusal)): the same again would be refused again; \(again) what can be said "
                + "in other words, and --rejects FILE names the records of the rest.")
        say(
            withoutProbabilities,
            "\(Self.requests(withoutProbabilities)) asked for log-probabilities, and the answers have none: these are asked for a text instead, "
                + "which is another request; \(again) it, to be answered and given as a further --from-batch; or have the same batch "
                + "answered by a server that gives log-probabilities (top_logprobs; vLLM: --max-logprobs 20).")
        for (name, count) in otherModels.sorted(by: { $0.key < $1.key }) {
            said.append(
                "\(Self.were(count)) answered by a model that calls itself \(name), and \(model) was asked: taken, since servers have names of "
                    + "their own, and made_by says \(model). If that is another model, have the batch answered by \(model).")
        }
        say(
            empty,
            "\(Self.were(empty)) answered with an empty text, which was taken as the answer. Where finish_reason is length, the model "
                + "thought for too long: give it more --max-new-tokens, or tell it not to think.")
        say(
            repeated,
            "\(Self.requests(repeated)) with several good answers"
                + (differing > 0 ? ", \(Figures.grouped(differing)) of them different ones" : ", all alike")
                + ": the last one counts. Leave out the file that should not.")
        if taken == 0, missing > 0, answered > 0 {
            said.append(
                "None of the \(Figures.grouped(answered)) answers belongs to a request of this run: give the input, the model and the options with "
                    + "which the batch was written.")
        }
        return said
    }

    private static func requests(_ count: Int) -> String { count == 1 ? "1 request" : "\(Figures.grouped(count)) requests" }
    private static func were(_ count: Int) -> String { requests(count) + (count == 1 ? " was" : " were") }

    /// Takes in a good answer to a request, the first time that it is used.
    mutating func add(_ answer: JSONObject, to body: JSONObject) {
        taken += 1
        let asked = body["model"]?.string ?? ""
        if let name = answer["model"]?.string, !name.isEmpty, !Self.areAlike(asked, name) {
            otherModels[String(name.prefix(80)), default: 0] += 1
        }
        let read = EndpointAnswer(answer)
        if let logprobs = body["logprobs"], logprobs != false {
            if read.likeliestFirstTokens == nil { withoutProbabilities += 1 }
        } else if read.isSilent {
            empty += 1
        }
    }

    /// Whether an answer may well come from the model that was asked: servers leave the owner of a model out, and add a date or "latest".
    static func areAlike(_ asked: String, _ named: String) -> Bool {
        func short(_ name: String) -> Substring { name.lowercased().split(separator: "/").last ?? "" }
        let (one, other) = (short(asked), short(named))
        if one == other { return true }
        guard other.hasPrefix(one) else { return false }
        return other.dropFirst(one.count).wholeMatch(of: /[-:@_](latest|\d{4}.*)/) != nil
    }
}
