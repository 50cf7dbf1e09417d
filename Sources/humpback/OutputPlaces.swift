import Curate
import Foundation
import Ground
import Stages

/// Refuses a command line by which a file that is read, or written under another option, would be written over.
///
/// The same file is the same device and inode, whatever it is called. A folder to be made may hold nothing that is read: it is replaced
/// as a whole. Files that are kept beside an output while it grows count as written too. Devices and pipes are written and read at once by right.
enum OutputPlaces {
    /// The options that name what is written, in the order in which a person is told of them.
    private static let written = ["output", "out", "rejects", "summary", "clusters", "card", "modelfile", "emit-batch"]
    /// What stages refuse themselves, when they open their inputs.
    private static let heededByStages: Set = ["output", "rejects"]

    private struct Place {
        var name: String
        var flag: String
        var path: String
    }

    static func check(_ arguments: Arguments, of command: Command) throws(UsageError) {
        let paths = command.options.filter { $0.completion == .file || $0.completion == .folder }
        let outputs = paths.filter { written.contains($0.name) }.flatMap { option in
            arguments.words(given: option).map { Place(name: option.name, flag: option.flag, path: $0) }
        }.filter { $0.path != "-" && !isDevice($0.path) }
        let inputs = paths.filter { !written.contains($0.name) }.flatMap { option in
            arguments.words(given: option).map { Place(name: option.name, flag: option.flag, path: $0) }
        }
        let operands = arguments.operands.filter { $0 != "-" }
        for (index, output) in outputs.enumerated() {
            for other in outputs[(index + 1)...] where areSame(output.path, other.path) {
                throw .combination("\(output.flag) and \(other.flag) name the same file, \(output.path); give each its own.")
            }
            for input in inputs where clash(output, input.path) {
                throw .combination(
                    "\(output.flag) \(output.path) would replace what \(input.flag) reads (\(input.path)); write somewhere else.")
            }
            for input in inputs where output.name == "out" && isInside(output.path, input.path) {
                throw .combination(
                    "\(output.flag) \(output.path) lies within the folder that \(input.flag) reads (\(input.path)); write somewhere else.")
            }
            for operand in operands where notes(of: operand).contains(where: { areSame($0, output.path) }) {
                throw .combination(
                    "\(output.flag) \(output.path) is where the notes on \(operand) stand, which is read; write somewhere else.")
            }
            for beside in besides(output, of: command) {
                let others = outputs.map { ($0.flag, $0.path) } + inputs.map { ($0.flag, $0.path) } + operands.map { ("", $0) }
                for (flag, path) in others where areSame(beside, path) {
                    throw .combination(
                        "\(output.flag) \(output.path) is written with \(beside) beside it, which \(flag.isEmpty ? "is read" : "\(flag) names") too; "
                            + "give one of the two another name.")
                }
            }
            if heededByStages.contains(output.name), command.name != "compare" { continue }
            for operand in operands where clash(output, operand) {
                throw .combination("\(output.flag) \(output.path) would replace \(operand), which is read; write somewhere else.")
            }
        }
    }

    /// The files that may be written beside an output, by names made of its own.
    private static func besides(_ output: Place, of command: Command) -> [String] {
        let path = output.path
        let isStage = command.options.contains { $0.name == "max-broken" }
        switch output.name {
        case "output" where isStage:
            var names = SideFiles.names(besideOutput: path)
            if command.name == "curate" {
                let (rated, refused) = RatedFiles.names(beside: path)
                names += SideFiles.names(besideOutput: rated) + [rated] + refused.flatMap { SideFiles.names(besideRejects: $0) + [$0] }
            }
            if command.name == "ingest" { names.append(path + ".signatures") }
            if command.options.contains(where: { $0.name == "server-timeout" }) { names.append(path + ".answers") }
            return names
        case "rejects" where isStage: return SideFiles.names(besideRejects: path)
        case "emit-batch": return [path + ".new"]
        case "out": return [path + ".training"]
        default: return []
        }
    }

    /// What tells how an input was written, where that is there.
    private static func notes(of input: String) -> [String] {
        [SideFiles.note(of: input), input + ".signatures"].filter { FileManager.default.fileExists(atPath: $0) }
    }

    private static func clash(_ output: Place, _ input: String) -> Bool {
        guard FileManager.default.fileExists(atPath: input), !isDevice(input) else { return false }
        if areSame(output.path, input) { return true }
        return output.name == "out" && isInside(input, output.path)
    }

    private static func isInside(_ path: String, _ folder: String) -> Bool { real(path).hasPrefix(real(folder) + "/") }

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
