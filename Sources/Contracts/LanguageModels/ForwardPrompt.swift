import Ground

extension ModelCard {
    /// The turns in which this model is asked to answer an instruction.
    ///
    /// One of the role forward is asked under the source tags that it was trained with. Any other is asked as its maker meant it, with no
    /// system prompt but the record's own: words that it never learned to read as tags would only move it away from what it knows.
    public func forwardTurns(_ instruction: String, tag: String = RolePrompts.joinedTags, system: String? = nil) -> [ChatMessage] {
        if roles.contains(.forward) { return RolePrompts.forward(instruction, tag: tag, system: system) }
        return (system.map { [ChatMessage(.system, $0)] } ?? []) + [ChatMessage(.user, instruction)]
    }
}
