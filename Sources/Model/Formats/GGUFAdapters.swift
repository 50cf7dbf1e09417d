import Containers
import Foundation
import Tensors
import Transformer

/// Low-rank adapters as llama.cpp's `--lora` takes them: a GGUF file of the type "adapter", with A and B of each matrix under llama.cpp's
/// name of it.
public enum GGUFAdapters {
    /// Writes the adapters alone; their base is not in the file.
    ///
    /// llama.cpp adds alpha / rank times B A, so that alpha stands for the scale of adapters that have another one (`--rslora`). The rows of
    /// B go where the rows of the queries and keys that they are added to go.
    public static func write(
        _ adapters: Adapters<Float>, as storage: StorageFormat, name: String, to url: URL
    ) throws(ModelError) {
        let configuration = adapters.configuration
        let layout = GGUFTensorLayout(configuration)
        let type = BlockFormat.allCases.first { $0.plain == storage } ?? .float32
        let metadata: [(key: String, value: GGUFValue)] = [
            ("general.architecture", .text(GGUFNames.family(configuration.architecture))), ("general.type", .text("adapter")),
            ("general.name", .text(name)), ("adapter.type", .text("lora")),
            ("adapter.lora.alpha", .float(adapters.settings.scale * Double(adapters.settings.rank))),
        ]
        let items = adapters.named.map { name, tensor in
            let isB = name.contains(".lora_B.")
            let module = String(name.dropFirst("base_model.model.".count)).replacing(isB ? ".lora_B." : ".lora_A.", with: ".")
            return GGUFWriter.Item(
                name: GGUFNames.tensor(module, in: configuration) + (isB ? ".lora_b" : ".lora_a"), shape: tensor.shape, type: type
            ) {
                type.bytes(isB ? layout.theirs(tensor, module) : tensor)
            }
        }
        try GGUFWriter.write(metadata, items, to: url)
    }
}
