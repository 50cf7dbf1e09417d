import Containers
import Finetune
import Formats
import Foundation
import Ground
import Stages

/// The tool: reads the command line, makes the one call it asks for, and ends with the status that tells how it went.
@main
struct Humpback {
    static let version = "0.1.0"

    static func main() async {
        StandardStreams.hold()
        signal(SIGPIPE, SIG_IGN)
        let words = Array(CommandLine.arguments.dropFirst())
        var status = (try? await Interruption.cancelling { await run(words) }) ?? .interrupted
        if let reason = StandardOutput.failure, status == .done {
            complain("humpback \(words.first ?? ""): standard output could not be written (\(reason)); what came out is not whole.")
            status = .couldNotRun
        }
        exit(status.rawValue)
    }

    /// The whole of the tool; every error becomes a message on standard error and a status.
    static func run(_ words: [String]) async -> ExitStatus {
        guard let first = words.first else {
            write(Overview.text)
            return .done
        }
        switch first {
        case "--version", "-V":
            write("humpback \(version)\n")
            return .done
        case "--help", "-h":
            write(Overview.text)
            return .done
        default: break
        }
        var command: Command?
        do {
            let (found, rest) = try find(words)
            command = found
            let arguments = try Arguments(rest, for: found)
            if arguments[SharedOptions.help] {
                write(Help(command: found, width: Terminal.width).text)
                return .done
            }
            try OutputPlaces.check(arguments, of: found)
            try StandardInputUses.check(arguments, of: found)
            try RemoteModels.checkPrices(arguments)
            defer { RemoteModels.tellUsage(arguments) }
            let status = try await found.run(arguments)
            RemoteModels.end(status)
            return status
        } catch {
            return report(error, by: command)
        }
    }

    /// The command that the words name, and the words after its name.
    static func find(_ words: [String]) throws(UsageError) -> (Command, rest: [String]) {
        let first = words.first ?? ""
        let family = Command.all.filter { $0.words.first == first }
        if let command = family.first(where: { words.starts(with: $0.words) }) {
            return (command, Array(words.dropFirst(command.words.count)))
        }
        if !family.isEmpty { throw .unfinishedCommand(first, completions: family.map { "humpback \($0.name)" }) }
        let meant = nearestName(to: first, among: Command.all.compactMap(\.words.first))
        throw .unknownCommand(first, suggestion: meant.map { "humpback \($0)" })
    }

    private static func report(_ error: any Error, by command: Command?) -> ExitStatus {
        let name = command.map { "humpback \($0.name)" } ?? "humpback"
        let help = command.map { "humpback help \($0.name)" } ?? "humpback help"
        switch error {
        case let usage as UsageError:
            complain("\(name): \(usage)\nTry \"\(help)\".")
            return .usage
        case FormatError.unsuitable(let reason):
            complain("\(name): \(reason)\nTry \"\(help)\".")
            return .usage
        case is CancellationError:
            complain("\(name): interrupted.")
            return .interrupted
        case FinetuneError.interrupted:
            complain("\(name): \(error)")
            return .interrupted
        case FileError.closedPipe:
            return .done
        default:
            complain("\(name): \(PlainError.words(error))")
            return .couldNotRun
        }
    }
}
