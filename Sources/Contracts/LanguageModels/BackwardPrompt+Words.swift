/// What a model without the role is told and shown, by language. To add one, add its words and a case to `BackwardPrompt.init`.
extension BackwardPrompt {
    struct Words: Sendable, Equatable {
        /// Changes with any of these words.
        var version: String
        /// What stands before the first text, and before any other.
        var first: String
        var further: String
        var question: String
        /// How the answer is begun.
        var beginning: String
        /// What a base model is told that continues plain text, and the label behind each text.
        var told: String
        var label: String
        /// One question and one instruction, one text in prose and one list.
        var examples: [Shown]
        /// Texts that fit any instruction equally badly.
        var neutral: [String]
    }

    struct Shown: Sendable, Equatable {
        var output: String
        var question: String
        var label: String
        var instruction: String
    }
}

extension BackwardPrompt.Words {
    static let english = BackwardPrompt.Words(
        version: "1", first: "Here is a text:", further: "Here is another text:",
        question: "Write the question or instruction that it answers.", beginning: "Question:",
        told: "Each text below answers a question or an instruction, which stands behind it.", label: "Question or instruction:",
        examples: [
            BackwardPrompt.Shown(
                output:
                    "Sourdough rises without yeast from a packet because flour and water, left to stand for a few days, grow wild yeast of their "
                    + "own. The yeast makes the gas that lifts the dough.",
                question: "Write the question that it answers.", label: "Question",
                instruction: "How does sourdough bread rise without yeast from a packet?"),
            BackwardPrompt.Shown(
                output: """
                    1. Put a front and a rear light on the bicycle.
                    2. Let a little air out of the tyres, so that they grip better on ice.
                    3. Brake early, with the rear brake first.
                    """,
                question: "Write the instruction that it follows.", label: "Instruction",
                instruction: "Give me a few tips for cycling to work safely in winter."),
        ],
        neutral: [
            "There are several things to keep in mind here. Start with what is simple, take one step after the other, and ask somebody when "
                + "you are not sure.",
            "It was first made a long time ago and is still used today in many places. People like it for different reasons, and it comes in "
                + "many forms.",
            "First, look at what you have. Then decide what you need. After that, do the work, and check the result at the end.",
        ])

    static let german = BackwardPrompt.Words(
        version: "de-1", first: "Hier ist ein Text:", further: "Hier ist noch ein Text:",
        question: "Schreibe die Frage oder Anweisung, die er beantwortet.", beginning: "Frage:",
        told: "Jeder Text unten beantwortet eine Frage oder eine Anweisung, die hinter ihm steht.", label: "Frage oder Anweisung:",
        examples: [
            BackwardPrompt.Shown(
                output:
                    "Sauerteig geht ohne Hefe aus dem Päckchen auf, weil in Mehl und Wasser, die ein paar Tage stehen, wilde Hefen wachsen. Sie "
                    + "bilden das Gas, das den Teig hebt.",
                question: "Schreibe die Frage, die er beantwortet.", label: "Frage",
                instruction: "Wie geht Sauerteigbrot ohne Hefe aus dem Päckchen auf?"),
            BackwardPrompt.Shown(
                output: """
                    1. Bringe vorn und hinten Licht am Fahrrad an.
                    2. Lass etwas Luft aus den Reifen, damit sie auf Eis besser greifen.
                    3. Bremse früh, und zuerst mit der Hinterradbremse.
                    """,
                question: "Schreibe die Anweisung, der er folgt.", label: "Anweisung",
                instruction: "Gib mir ein paar Tipps, wie ich im Winter sicher mit dem Rad zur Arbeit fahre."),
        ],
        neutral: [
            "Dabei gibt es einiges zu beachten. Fange mit dem Einfachen an, gehe Schritt für Schritt vor und frage jemanden, wenn du dir nicht "
                + "sicher bist.",
            "Es wurde vor langer Zeit zum ersten Mal gemacht und wird noch heute an vielen Orten verwendet. Man mag es aus verschiedenen Gründen, "
                + "und es gibt viele Formen davon.",
            "Sieh zuerst nach, was du hast. Entscheide dann, was du brauchst. Danach machst du die Arbeit und prüfst am Ende das Ergebnis.",
        ])
}
