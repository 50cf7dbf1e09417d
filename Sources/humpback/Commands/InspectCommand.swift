import Foundation
import Transformer

extension Command {
    static let inspect = Command(
        "inspect", "Tells what a model holds and what it needs.",
        operands: Operands(usage: "[MODEL]", count: 0...1, completion: .folder),
        discussion: """
            Of a model folder or a .gguf file: architecture, roles, size, memory at each precision, context, tokenizer, chat template with a \
            sample, licence, fingerprint, and what is missing. Of a folder of adapters: its shape. Without MODEL, of the default base model.
            """,
        cost: "The weights are read once, for the fingerprint; memory stays small.",
        examples: [Example("what the default model is", "humpback inspect"), Example("a model of yours", "humpback inspect M1")]
    ) { arguments in
        let place = try ModelLocator.folder(arguments.operands.first, for: nil)
        if AdapterFolder.isAdapterFolder(place) {
            tell(try ModelReport.ofAdapters(place))
        } else {
            tell(try ModelReport.of(try ModelFolder(directory: place)))
        }
        return .done
    }
}
