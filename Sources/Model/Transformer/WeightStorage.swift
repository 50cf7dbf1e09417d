import Tensors

/// How the formats in which weights are stored are named outside.
extension StorageFormat {
    /// The dtype of a safetensors header.
    var dtype: String {
        switch self {
        case .float32: "F32"
        case .float16: "F16"
        case .bfloat16: "BF16"
        }
    }

    /// The name config.json gives it.
    var torchName: String {
        switch self {
        case .float32: "float32"
        case .float16: "float16"
        case .bfloat16: "bfloat16"
        }
    }
}

extension Checkpoint {
    /// Reads one tensor of the layout, converted to `R`, with what adapters add to it; its name, shape and dtype must fit.
    public func tensor<R: Real>(_ wanted: ParameterLayout.Entry) throws(ModelError) -> Tensor<R> {
        let tensor: Tensor<R> = try stored(wanted).tensor(shape: wanted.shape)
        overlay?.add(to: tensor, name: wanted.name)
        return tensor
    }

    /// A matrix of the layout, to be read row by row, or whole where adapters change it; its name, shape and dtype must fit.
    public func rows(_ wanted: ParameterLayout.Entry) throws(ModelError) -> RowSource {
        if overlay?.changes(wanted.name) == true { return RowSource(try tensor(wanted)) }
        return try stored(wanted)
    }

    /// The rows as the files have them.
    private func stored(_ wanted: ParameterLayout.Entry) throws(ModelError) -> RowSource {
        switch weights {
        case .gguf(let weights): return try weights.rows(wanted)
        case .safetensors:
            guard let (file, entry) = find(wanted.name) else { throw .missingTensor(path: path, name: wanted.name) }
            return try file.rows(entry, shape: wanted.shape)
        }
    }
}

extension SafetensorsFile {
    /// Reads the tensor of this name, converted to `R`; its shape and dtype must fit.
    public func tensor<R: Real>(_ name: String, shape: [Int]) throws(ModelError) -> Tensor<R> {
        guard let entry = entry(name) else { throw .missingTensor(path: path, name: name) }
        return try rows(entry, shape: shape).tensor(shape: shape)
    }

    /// The rows of a tensor; its shape and dtype must fit.
    fileprivate func rows(_ entry: Entry, shape: [Int]) throws(ModelError) -> RowSource {
        let name = entry.name
        guard entry.shape == shape else { throw .wrongShape(path: path, name: name, expected: shape, found: entry.shape) }
        guard let format = StorageFormat.allCases.first(where: { $0.dtype == entry.type }) else {
            throw .unsupported(
                path: path, option: "the dtype of \(name)", found: entry.type, supported: StorageFormat.allCases.map(\.dtype))
        }
        let file = self
        // A vector is one row.
        let (rows, length) = shape.count > 1 ? (shape[0], shape.dropFirst().reduce(1, *)) : (1, shape.reduce(1, *))
        return RowSource(rows: rows, length: length, format: format.blocks) { bytes, target in file.read(entry, bytes, into: target) }
    }
}

/// The number format in which a model's weights are stored, under a name that rooms above may use without the tensors.
public typealias WeightFormat = StorageFormat

extension Adapters {
    /// Adds the adapters to the weights, computed on this many threads.
    public func merge(into parameters: Parameters<R>, threads: Int) {
        merge(into: parameters, on: Compute(pool: ThreadPool(threads: threads)))
    }
}
