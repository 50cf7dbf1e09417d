import Tensors

/// What the matrix products of a training take their operands as; weights, activations, sums and the optimizer's moments stay
/// float32.
public typealias TrainingPrecision = ProductPrecision
