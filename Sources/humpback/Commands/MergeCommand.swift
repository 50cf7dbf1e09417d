import Formats
import Foundation

extension Command {
    static let merge = Command(
        "merge", "Adds low-rank adapters to their base for good.",
        operands: Operands(usage: "BASE ADAPTER OUT", count: 3...3, completion: .folder),
        discussion: """
            BASE is a model folder, ADAPTER a folder in PEFT's layout (adapter_config.json and adapter_model.safetensors; finetune \
            --lora-rank leaves one in the folder it makes, under adapter/), OUT the model folder to make, stored as BASE is. A tokenizer \
            and a chat template that lie beside the adapters win over the base's; their licence, languages and the tokens that end an \
            answer go with them, and the base's where they state none.
            """,
        groups: [OptionGroup("Merging", SharedOptions.force)],
        cost: "The weights in float32 in memory, 4 bytes each.",
        examples: [Example("an adapter from elsewhere", "humpback merge SmolLM2-135M my-adapter SmolLM2-135M-mine")]
    ) { arguments in
        let places = arguments.operands.map { URL(filePath: $0) }
        write(try AdapterMerge(base: places[0], adapter: places[1], output: places[2], replaces: arguments[SharedOptions.force]).run())
        return .done
    }
}
