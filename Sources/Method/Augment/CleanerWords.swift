/// The words and marks that `InstructionCleaner` takes off, in small letters, in English, Spanish, French, German and Chinese. Where one begins
/// like another, the longer stands first. To add a language, add its words.
enum CleanerWords {
    static let assent = words(
        "sure thing|sure|certainly|of course|absolutely|okay|ok|great|gladly|¡claro|claro|por supuesto|bien sûr|d'accord|natürlich|gerne|当然|好的"
    )

    static let announcing = words(
        """
        here is|here's|here are|the question is|the question that|the question could|the instruction is|the instruction that|the request is
        the text answers|this text answers|this is|a question that|a question for|an instruction that|an instruction for|a possible
        one possible|based on|below is|aquí está|aquí tienes|esta es|la pregunta es|la instrucción es|una posible|voici|la question est
        l'instruction est|une question possible|hier ist|die frage lautet|die anweisung lautet|eine mögliche|以下是|这是|问题是
        """)

    static let labels = words(
        """
        user instruction|user request|user question|instruction|request|question|prompt|task|user|query|human|q|instrucción|pregunta
        consigne|requête|anweisung|frage|aufgabe|问题|指令|提问
        """)

    /// How lines begin that are no part of an instruction.
    static let following = words(
        """
        answer:|answer**:|answer:**|response:|output:|assistant:|explanation:|instruction:|question:|respuesta:|réponse :|réponse:|antwort:
        回答：|答案：|答：|###|---
        """)

    static let marks = [
        ("\"", "\""), ("“", "”"), ("„", "“"), ("«", "»"), ("「", "」"), ("'", "'"), ("`", "`"), ("**", "**"), ("*", "*"), ("‘", "’"),
    ]

    private static func words(_ list: String) -> [String] { list.split { "|\n".contains($0) }.map(String.init) }
}
