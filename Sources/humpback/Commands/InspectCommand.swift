import Foundation
import Transformer

extension Command {
    static let inspect = Command(
        "inspect", "Tells what a model folder holds.",
        operands: Operands(usage: "[MODEL]", count: 0...1, completion: .folder),
        discussion: "Shape, size, roles, languages and fingerprint of a model. Without MODEL, of the default base model.",
        cost: "The weights are read once, for the fingerprint; memory stays small.",
        examples: [Example("what the default model is", "humpback inspect"), Example("a model of yours", "humpback inspect M1")]
    ) { arguments in
        let folder = try ModelFolder(directory: ModelLocator.folder(arguments.operands.first, for: nil))
        write(try ModelReport(folder).text)
        return .done
    }
}
