/// What is asked of the lines of a passage, in the order in which it is asked: whether they are a text that a question can be asked about.
enum PassageRules {
    static func all(_ passage: PassageLines) -> [FilterRule] {
        [
            ProseFilter().rule(passage), LinkLineFilter().rule(passage), BareHeadingFilter().rule(passage),
            OpenQuestionFilter().rule(passage), RepeatedLineFilter().rule(passage), ShortLineFilter().rule(passage),
            MachineTextFilter().rule(passage), PromotionFilter().rule(passage),
        ]
    }
}
