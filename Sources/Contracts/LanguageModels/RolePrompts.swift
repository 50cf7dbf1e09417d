import Ground

/// The words in which a model of each role is asked, shared by the stages that ask and by the training that teaches.
///
/// Li et al. 2023 (arXiv 2308.06259) use two system prompts as source tags, one for seed pairs and one for augmented pairs, and join
/// them at inference (section 2.3); the backward prompt carries neither. The wording here is our own, and short, since a small model
/// pays for each token of it.
public enum RolePrompts {
    /// A hash of this name stands in `made_by`; it changes when any wording below does.
    public static let version = "prompts-1"

    /// The system prompt of seed pairs: the assistant's own style.
    public static let seedTag = "Reply as a helpful assistant."
    /// The system prompt of augmented pairs: knowledge found on the web.
    public static let webTag = "Reply with what the web knows."
    /// The system prompt of generation.
    public static let joinedTags = "\(seedTag) \(webTag)"

    /// The turns before the answer to `instruction`.
    public static func forward(_ instruction: String, tag: String = joinedTags, system: String? = nil) -> [ChatMessage] {
        let opening = system.map { "\(tag)\n\($0)" } ?? tag
        return [ChatMessage(.system, opening), ChatMessage(.user, instruction)]
    }

    /// The turns before the instruction that `output` would answer. The text stands first and what to copy from stands last, next to
    /// where the instruction begins: a small model looks back best over a short way.
    public static func backward(_ output: String, title: String? = nil, heading: String? = nil) -> [ChatMessage] {
        var request = output
        let named = [title.map { "Page: \($0)" }, heading.map { "Section: \($0)" }].compactMap(\.self)
        if !named.isEmpty { request += "\n\n" + named.joined(separator: "\n") }
        return [ChatMessage(.user, request + "\n\n" + backwardQuestion)]
    }

    /// What a backward model is asked about a text.
    public static let backwardQuestion = "Which request does this text answer?"

    /// The turns before a trained judge's label, "1" to "5". The text stands before the request, so that requests for one text share
    /// their beginning.
    public static func trainedJudge(instruction: String, output: String) -> [ChatMessage] {
        [ChatMessage(.user, "Answer: \(output)\n\nRequest: \(instruction)\n\nHow well does the answer fit the request, from 1 to 5?")]
    }

    /// The turns before the total of points that a model gives its own answers: the additive rubric of Yuan et al. 2024 (arXiv 2401.10020,
    /// figure 2) in our words, and a bare number where the paper asks for reasons first.
    public static func additiveJudge(instruction: String, output: String) -> [ChatMessage] {
        [ChatMessage(.user, "\(additiveRubric)\n\nREQUEST\n\(instruction)\n\nANSWER\n\(output)\n\nPoints (one digit, 0 to 5):")]
    }

    /// The totals of the additive rubric, with and without a leading space.
    public static let additiveLabels: [[String]] = (0...5).map { ["\($0)", " \($0)"] }

    /// One point for each thing that an answer does well.
    public static let additiveRubric = """
        Count points for an answer to a request, one for each of these that holds:
        it is about the request; it covers a good part of what was asked; it answers the heart of it in a useful way; it speaks as an \
        assistant, direct and well ordered; it is fitted to the request with expert care and holds nothing superfluous.
        """
}
