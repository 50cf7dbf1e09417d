import Foundation

extension Command {
    private static let tokenizer = Option<String?>.file(
        "tokenizer", as: "FILE", "The tokenizer that belongs to a llama2.c file (tok*.bin).")

    static let convert = Command(
        "convert", "Turns a model of another format into a model folder, and back.",
        operands: Operands(usage: "IN OUT", count: 2...2, completion: .file),
        discussion: """
            IN is a llama2.c file (.bin) and OUT the folder to make; or IN is a model folder and OUT a .bin file. A .bin holds no \
            tokenizer, so --tokenizer names it on the way in.
            """,
        groups: [OptionGroup("Conversion", tokenizer, SharedOptions.force)],
        cost: "The weights in float32 in memory, 4 bytes each.",
        examples: [
            Example("the stories models of llama2.c", "humpback convert stories15M.bin stories15M --tokenizer tokenizer.bin"),
            Example("and back", "humpback convert stories15M stories15M-again.bin"),
        ]
    ) { arguments in
        let conversion = Conversion(
            input: URL(filePath: arguments.operands[0]), output: URL(filePath: arguments.operands[1]),
            tokenizer: arguments[tokenizer].map { URL(filePath: $0) }, replaces: arguments[SharedOptions.force])
        try conversion.run()
        return .done
    }
}
