import Foundation
import Ground

/// Refuses a command line by which a file that is read, or written under another option, would be written over.
///
/// The same file is the same device and inode, whatever it is called. A folder to be made may hold nothing that is read: it is replaced
/// as a whole. Devices and pipes are written and read at once by right.
enum OutputPlaces {
    /// The options that name what is written, in the order in which a person is told of them.
    private static let written = ["output", "out", "rejects", "summary", "clusters", "card", "modelfile", "emit-batch"]
    /// What stages refuse themselves, when they open their inputs.
    private static let heededByStages: Set = ["output", "rejects"]

    static func check(_ arguments: Arguments, of command: Command) throws(UsageError) {
        let paths = command.options.filter { $0.completion == .file || $0.completion == .folder }
        let outputs = paths.filter { written.contains($0.name) }.flatMap { option in
            arguments.words(given: option).map { (name: option.name, flag: option.flag, path: $0) }
        }.filter { $0.path != "-" && !isDevice($0.path) }
        let inputs = paths.filter { !written.contains($0.name) }.flatMap { option in
            arguments.words(given: option).map { (flag: option.flag, path: $0) }
        }
        for (index, output) in outputs.enumerated() {
            for other in outputs[(index + 1)...] where areSame(output.path, other.path) {
                throw .combination("\(output.flag) and \(other.flag) name the same file, \(output.path); give each its own.")
            }
            for input in inputs where clash(output, input.path) {
                throw .combination(
                    "\(output.flag) \(output.path) would replace what \(input.flag) reads (\(input.path)); write somewhere else.")
            }
            if heededByStages.contains(output.name), command.name != "compare" { continue }
            for operand in arguments.operands where clash(output, operand) {
                throw .combination("\(output.flag) \(output.path) would replace \(operand), which is read; write somewhere else.")
            }
        }
    }

    private static func clash(_ output: (name: String, flag: String, path: String), _ input: String) -> Bool {
        guard FileManager.default.fileExists(atPath: input), !isDevice(input) else { return false }
        if areSame(output.path, input) { return true }
        return output.name == "out" && real(input).hasPrefix(real(output.path) + "/")
    }

    private static func areSame(_ one: String, _ other: String) -> Bool {
        FileStatus.areSame(one, other) || real(one) == real(other)
    }

    /// The path without links and dots; of a file that is not there its folder's.
    private static func real(_ path: String) -> String {
        let url = URL(filePath: path)
        guard FileManager.default.fileExists(atPath: path) else {
            return url.deletingLastPathComponent().resolvingSymlinksInPath().appending(path: url.lastPathComponent).path
        }
        let found = url.resolvingSymlinksInPath().path
        return found.count > 1 && found.hasSuffix("/") ? String(found.dropLast()) : found
    }

    private static func isDevice(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path) && !FileStatus.isRegularFile(path) && !FileStatus.isFolder(path)
    }
}
