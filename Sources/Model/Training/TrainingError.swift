import Foundation

/// What can go wrong in training, each with what to do next.
public enum TrainingError: Error, Sendable, Equatable {
    case noExamples
    case nothingToLearn(index: Int, tokens: Int, context: Int)
    case invalidOption(name: String, found: String, expected: String)
    case existingRun(folder: String)
    case otherRun(folder: String, difference: String)
    case unreadable(path: String, reason: String)
    case unwritable(path: String, reason: String)
    case notANumber(step: Int, what: String)
    case tooLittleMemory(neededBytes: Int, budgetBytes: Int)
}

extension TrainingError: LocalizedError, CustomStringConvertible {
    public var errorDescription: String? { description }

    public var description: String {
        switch self {
        case .noExamples:
            return "there is nothing to train on: give at least one example with two tokens"
        case .nothingToLearn(let index, let tokens, let context):
            return "example \(index + 1) has no token to learn among the first \(context + 1) of its \(tokens): "
                + "shorten its prompt, raise the context, or leave it out"
        case .invalidOption(let name, let found, let expected):
            return "\(name) is \(found), but must be \(expected)"
        case .existingRun(let folder):
            return "\(folder) already holds checkpoints: resume that run, or choose another folder"
        case .otherRun(let folder, let difference):
            return "the checkpoints in \(folder) belong to another run (\(difference) differs): "
                + "resume with the same options and data, or choose an empty folder"
        case .unreadable(let path, let reason):
            return "cannot read \(path): \(reason)"
        case .unwritable(let path, let reason):
            return "cannot write \(path): \(reason); free some space or choose another folder, then resume"
        case .notANumber(let step, let what):
            return "\(what) is not a number at step \(step + 1): lower the learning rate, raise the warm-up, "
                + "or look for broken examples; the last checkpoint holds the weights from before"
        case .tooLittleMemory(let needed, let budget):
            return "training needs at least \(needed >> 20) MiB of memory and may take \(budget >> 20) MiB: free some or raise --memory, "
                + "shorten the rows with --context, train adapters with --lora-rank, or take a smaller model"
        }
    }
}
