import Containers
import Tensors

/// The weights of a GGUF file as Hugging Face's layout has them, read row by row.
///
/// Where llama.cpp's numbers differ: the rows of queries and keys lie as neighbours in some families, and norms that count from one are
/// stored with the one added.
struct GGUFWeights: Sendable {
    let file: GGUFFile
    let configuration: TransformerConfiguration

    init(_ file: GGUFFile) throws(ModelError) { (self.file, configuration) = (file, try GGUFModel.configuration(file)) }

    /// The tensor of this entry of the layout, and its storage.
    func find(_ wanted: ParameterLayout.Entry) throws(ModelError) -> (entry: GGUFFile.Entry, format: BlockFormat) {
        let name = GGUFNames.tensor(wanted.name, in: configuration)
        guard let entry = file.entry(name) else { throw .missingTensor(path: file.path, name: name) }
        guard entry.shape == wanted.shape else {
            throw .wrongShape(path: file.path, name: name, expected: wanted.shape, found: entry.shape)
        }
        return (entry, try Self.format(file, entry))
    }

    /// The rows of a matrix, or a vector as one row.
    func rows(_ wanted: ParameterLayout.Entry) throws(ModelError) -> RowSource {
        let (entry, format) = try find(wanted)
        let (file, name) = (file, wanted.name)
        let isVector = wanted.shape.count == 1
        if isVector {
            var tensor = try Self.tensor(file, entry, shape: wanted.shape)
            tensor = GGUFTensorLayout(configuration).ours(tensor, name)
            return RowSource(tensor.reshaped([1, tensor.count]))
        }
        return RowSource(
            rows: wanted.shape[0], length: wanted.shape.dropFirst().reduce(1, *), format: format,
            place: GGUFTensorLayout(configuration).place(name)
        ) { bytes, target in file.read(entry, bytes, into: target) }
    }

    /// A whole tensor as it lies in the file.
    static func tensor(_ file: GGUFFile, _ entry: GGUFFile.Entry, shape: [Int]) throws(ModelError) -> Tensor<Float> {
        guard entry.shape == shape else { throw .wrongShape(path: file.path, name: entry.name, expected: shape, found: entry.shape) }
        let source = RowSource(rows: 1, length: shape.reduce(1, *), format: try format(file, entry)) { bytes, target in
            file.read(entry, bytes, into: target)
        }
        return source.tensor(shape: shape)
    }

    private static func format(_ file: GGUFFile, _ entry: GGUFFile.Entry) throws(ModelError) -> BlockFormat {
        if let format = BlockFormat(rawValue: entry.code) { return format }
        let known = BlockFormat.allCases.map(\.name).joined(separator: ", ")
        throw .container(
            .unsupported(
                path: file.path, option: "the type of the tensor \(entry.name)", found: entry.storageName,
                advice: "Download the model's Q4_K_M, IQ4_XS or Q8_0 file instead. Read are \(known)."))
    }
}

/// Where llama.cpp's numbers differ from Hugging Face's: the rows of queries and keys, and norms that count from one.
package struct GGUFTensorLayout {
    private let configuration: TransformerConfiguration

    package init(_ configuration: TransformerConfiguration) { self.configuration = configuration }

    /// A tensor of the file as Hugging Face has it.
    func ours(_ tensor: Tensor<Float>, _ name: String) -> Tensor<Float> { moved(tensor, name, toHalves: true) }

    /// The other way round.
    package func theirs(_ tensor: Tensor<Float>, _ name: String) -> Tensor<Float> { moved(tensor, name, toHalves: false) }

    /// Where the file has a row of a matrix of ours; nil where the rows lie in the same order.
    func place(_ name: String) -> (@Sendable (Int) -> Int)? {
        guard hasNeighbours(name) else { return nil }
        let width = configuration.headDimension
        return { RotaryRows.neighbour(of: $0, headDimension: width) }
    }

    private func hasNeighbours(_ name: String) -> Bool {
        (name.contains("q_proj") || name.contains("k_proj")) && GGUFNames.hasNeighbours(configuration.architecture)
    }

    private func moved(_ tensor: Tensor<Float>, _ name: String, toHalves: Bool) -> Tensor<Float> {
        if hasNeighbours(name) {
            let rows = RotaryRows.reordered(
                tensor.array, rowLength: tensor.rowLength, headDimension: configuration.headDimension, toHalves: toHalves)
            return Tensor(rows, shape: tensor.shape)
        }
        if name.hasSuffix("norm.weight"), configuration.form.normOffset != 0 {
            let offset = Float(configuration.form.normOffset) * (toHalves ? -1 : 1)
            return Tensor(tensor.array.map { $0 + offset }, shape: tensor.shape)
        }
        return tensor
    }
}
