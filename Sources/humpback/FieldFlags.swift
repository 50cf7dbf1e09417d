import Records

/// The names that a user's files give to the fields of the pipe.
enum FieldFlags {
    static let text = Option<String?>.text("text-field", "NAME", "The field that holds a record's text; `text` without it.")
    static let instruction = Option<String?>.text(
        "instruction-field", "NAME", "The field that holds the instruction, such as question; `instruction` without it.")
    static let output = Option<String?>.text(
        "output-field", "NAME", "The field that holds the output, such as answer; `output` without it.")

    static let pairs: [any DeclaredOption] = [instruction, output]
    /// Of records that may be passages or pairs.
    static let all: [any DeclaredOption] = [text, instruction, output]
}

extension OptionGroup {
    /// The fields of pairs.
    static let pairFields = OptionGroup("Fields of the input", FieldFlags.pairs)
    /// The field of passages.
    static let textFields = OptionGroup("Fields of the input", FieldFlags.text)
}

extension Arguments {
    /// What the inputs call their fields, as far as the command asks for it.
    var fieldNames: FieldNames {
        func name(_ option: Option<String?>) -> String? { declares(option) ? self[option] : nil }
        return FieldNames(text: name(FieldFlags.text), instruction: name(FieldFlags.instruction), output: name(FieldFlags.output))
    }
}
