import Formats
import Foundation

extension Command {
    private static let tokenizer = Option<String?>.file(
        "tokenizer", as: "FILE", "The tokenizer that belongs to a llama2.c file (tok*.bin).")
    private static let storage = Option<Conversion.Storage>.choice(
        "storage", default: .same,
        "How the output stores its matrices; same is bf16 for a folder made of a .gguf, f32 for one made of a .bin, and f16 for a .gguf.")

    static let convert = Command(
        "convert", "Turns a model of another format into a model folder, and back.",
        operands: Operands(usage: "IN OUT", count: 2...2, completion: .file),
        discussion: """
            IN is llama.cpp's .gguf (F32, F16, BF16, Q8_0, Q4_0 to Q5_1, Q2_K to Q6_K, IQ4_NL, IQ4_XS, MXFP4; of a split one any part) or a \
            llama2.c file (.bin), and OUT the folder to make; or IN is a model folder and OUT a .gguf or .bin file. A .gguf holds its \
            tokenizer, chat template, licence and languages; a .bin holds none, so --tokenizer names its tokenizer on the way in. A folder of \
            adapters becomes one whose weights are stored as --storage says. Every \
            other command takes a .gguf as it is; to write a folder is for other programs. Families that both know: Llama, Mistral, Qwen2, Qwen3, SmolLM3, Gemma 2 and 3.
            """,
        groups: [OptionGroup("Conversion", tokenizer, storage, SharedOptions.force)],
        cost: "From a .gguf to a folder little memory; otherwise the weights in float32, 4 bytes each.",
        examples: [
            Example("a model for llama.cpp", "humpback convert M1 m1.gguf --storage q8_0"),
            Example("adapters in half the space", "humpback convert M1/adapter small --storage bf16"),
            Example("a model of llama.cpp", "humpback convert smollm2.gguf smollm2"),
            Example("the stories models of llama2.c", "humpback convert stories15M.bin stories15M --tokenizer tokenizer.bin"),
            Example("and back", "humpback convert stories15M stories15M-again.bin"),
        ]
    ) { arguments in
        let conversion = Conversion(
            input: URL(filePath: arguments.operands[0]), output: URL(filePath: arguments.operands[1]),
            tokenizer: arguments[tokenizer].map { URL(filePath: $0) }, storage: arguments[storage],
            replaces: arguments[SharedOptions.force])
        complain(try conversion.run())
        return .done
    }
}
