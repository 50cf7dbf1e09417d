/// What the words of the report mean, those of them that stand in it.
enum ReportTerms {
    static func html(_ survey: RunSurvey) -> String {
        let hasLoss = !survey.losses.isEmpty || survey.trainings.contains { $0.steps > 0 }
        let terms: [(word: String, meaning: String, isUsed: Bool)] = [
            ("passage", "a heading of a page with the text under it", survey.passages.count > 0),
            ("pair", "an instruction and the text that answers it, its output", survey.pairs.count + survey.kept.count > 0),
            (
                "rewritten pair", "a pair whose text a model turned into a direct answer, in the text's own words for the most part",
                survey.rewritten.count > 0
            ),
            ("seed pair", "a pair that people wrote, from which the first models learn", survey.seeds.count > 0 || hasLoss),
            ("backward model", "writes the instruction that a text would answer", survey.pairs.count > 0),
            ("forward model", "answers instructions; M0 learned from the seeds alone, M1 and later from kept pairs too", hasLoss),
            ("score", "from 1 to 5, how good a rated pair is; what is kept is chosen by it", survey.scores.count > 0),
            (
                "gain", "how much likelier, in nats, the text makes its instruction than texts that say nothing do: true pairs have more",
                survey.gains.count > 0
            ),
            (
                "label mass",
                "how much of its probability the judge gives to the five scores together; near 1 where it has understood the question",
                survey.masses.count > 0
            ),
            ("loss", "how badly a model foresees a text, in nats a token: less is better, and 0.1 less is much", hasLoss),
            (
                "held out, kept back",
                "pairs that no training saw, so that the loss on them tells what was learned and not what was remembered", hasLoss
            ),
            (
                "nat", "the unit of a logarithm to the base e: 1 nat less makes a token 2.7 times as likely",
                hasLoss || survey.gains.count > 0
            ),
            ("95 % interval", "where the figure would lie in 95 of 100 choices of as many pairs", !survey.losses.isEmpty),
            (
                "dropped, broken", "a filter or a score said no; could not be read or worked on",
                !survey.stages.isEmpty || !survey.rejects.isEmpty
            ),
            ("margin", "how much more a model prefers the chosen answer to the rejected one than its base does", survey.preferences > 0),
        ]
        let used = terms.filter(\.isUsed)
        guard !used.isEmpty else { return "" }
        return "<dl>\n" + used.map { "<dt>\($0.word)</dt><dd>\($0.meaning).</dd>\n" }.joined() + "</dl>\n"
            + "<p class=\"soft\">The codes under which records went: <code>humpback help reasons</code>.</p>\n"
    }
}
