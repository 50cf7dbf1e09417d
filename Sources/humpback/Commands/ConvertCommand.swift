import Formats
import Foundation
import LanguageModels

extension Command {
    private static let tokenizer = Option<String?>.file(
        "tokenizer", as: "FILE", "The tokenizer that belongs to a llama2.c file (tok*.bin).")
    private static let storage = Option<Conversion.Storage>.choice(
        "storage", default: .same,
        "How the output stores its matrices; same is bf16 for a folder made of a .gguf, f32 for one made of a .bin, and f16 for a .gguf.")

    private static let lora = Option<Bool>.flag(
        "lora", "Of a folder of adapters, write the adapters alone, for llama.cpp's --lora, and not the model that they make.")
    private static let modelfile = Option<String?>.file(
        "modelfile", as: "FILE", "Write Ollama's Modelfile beside a .gguf: template, stop texts, sampling, licence.")

    static let convert = Command(
        "convert", "Turns a model of another format into a model folder, and back.",
        operands: Operands(usage: "IN OUT", count: 2...2, completion: .file),
        discussion: """
            IN is llama.cpp's .gguf (F32, F16, BF16, Q8_0, Q4_0 to Q5_1, Q2_K to Q6_K, IQ4_NL, IQ4_XS, MXFP4; of a split one any part) or a \
            llama2.c file (.bin), and OUT the folder to make; or IN is a model folder and OUT a .gguf or .bin file. A .gguf holds its \
            tokenizer, chat template, licence and languages; a .bin holds none, so --tokenizer names its tokenizer on the way in. A folder of \
            adapters becomes one whose weights are stored as --storage says. Every \
            other command takes a .gguf as it is; to write a folder is for other programs. Families that both know: Llama, Mistral, Qwen2, Qwen3, SmolLM3, Gemma 2 and 3.

            What finetune makes is served elsewhere as it is, or by one command. vLLM takes the folder (vllm serve M1), and adapters by name \
            (vllm serve BASE --enable-lora --max-lora-rank 16 --lora-modules mine=M1/adapter). llama.cpp takes the .gguf \
            (llama-server -m m1.gguf), and adapters that --lora writes (llama-server -m base.gguf --lora mine.gguf). Ollama takes the \
            .gguf with --modelfile's file (ollama create mine -f Modelfile). Each is a model here again: --model http://HOST:PORT/v1#mine.
            """,
        groups: [OptionGroup("Conversion", tokenizer, storage, lora, modelfile, SharedOptions.force)],
        cost: "From a .gguf to a folder little memory; otherwise the weights in float32, 4 bytes each.",
        examples: [
            Example("a model for llama.cpp", "humpback convert M1 m1.gguf --storage q8_0"),
            Example("a model for Ollama", "humpback convert M1 m1.gguf --storage q8_0 --modelfile Modelfile"),
            Example("adapters for llama.cpp, added to their base when it is started", "humpback convert M1/adapter mine.gguf --lora"),
            Example("adapters in half the space", "humpback convert M1/adapter small --storage bf16"),
            Example("a model of llama.cpp", "humpback convert smollm2.gguf smollm2"),
            Example("the stories models of llama2.c", "humpback convert stories15M.bin stories15M --tokenizer tokenizer.bin"),
            Example("and back", "humpback convert stories15M stories15M-again.bin"),
        ]
    ) { arguments in
        if let modelfile = arguments[modelfile] {
            let place = URL(filePath: modelfile).standardizedFileURL.resolvingSymlinksInPath().path
            let (input, output) = (URL(filePath: arguments.operands[0]), URL(filePath: arguments.operands[1]))
            if place == output.standardizedFileURL.resolvingSymlinksInPath().path {
                throw UsageError.combination(
                    "--modelfile \(modelfile) names the file of the model that is written; give it a name of its own.")
            }
            if place.hasPrefix(input.standardizedFileURL.resolvingSymlinksInPath().path + "/") {
                throw UsageError.combination(
                    "--modelfile \(modelfile) stands in the folder of the model that is read; write it somewhere else.")
            }
        }
        var conversion = Conversion(
            input: URL(filePath: arguments.operands[0]), output: URL(filePath: arguments.operands[1]),
            tokenizer: arguments[tokenizer].map { URL(filePath: $0) }, storage: arguments[storage],
            replaces: arguments[SharedOptions.force])
        conversion.writesAdaptersAlone = arguments[lora]
        conversion.modelfile = arguments[modelfile].map { URL(filePath: $0) }
        conversion.answeringSystem = RolePrompts.joinedTags
        complain(try conversion.run())
        return .done
    }
}
