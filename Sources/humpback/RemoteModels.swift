import Endpoint
import Foundation
import Ground
import LanguageModels
import Synchronization
import Tokenization

/// Models on servers: how long these are waited for, how much they may be asked, and what was asked of them.
enum RemoteModels {
    static let timeout = Option<Double>.number(
        "server-timeout", as: "SECONDS", 1...86400, default: 300, "How long a server may take for one answer before it is asked again.")
    static let patience = Option<Double>.number(
        "server-patience", as: "SECONDS", 1...604_800, default: 180,
        "How long servers that have answered may answer nothing more; then the run ends, and --resume goes on later.")
    static let tokens = Option<Int?>.integer(
        "server-tokens", as: "N", 1...Int.max,
        "End the run once the servers have counted this many tokens, those of prompts and of answers; --resume goes on with as many more.")

    static let template = Option<String?>.folder(
        "server-template", as: "MODEL",
        "A folder or .gguf with the tokenizer and chat template of the server's model: what servers that cannot be asked for theirs "
            + "(llama-cpp-python) need to tell the log-probabilities of a given answer.")

    static let options: [any DeclaredOption] = [timeout, patience, tokens, template]

    /// One count for all models of the process.
    private static let counted = Mutex<EndpointUsage?>(nil)

    /// One file of answers for all models of the process.
    private static let answers = Mutex<AnswerJournal?>(nil)

    /// Opens a model of one server or several; says where the records go.
    static func open(_ given: String, _ arguments: Arguments) throws -> any LanguageModel {
        let address = try EndpointAddress(given)
        if !address.isLoopback {
            complain(
                "The records of this run leave this machine: each is sent to \(address.host), for the model \(address.model)"
                    + (address.isPlain ? ", in the open (http)." : "."))
        }
        var waiting = EndpointModel.Waiting()
        waiting.timeoutSeconds = arguments[timeout]
        waiting.goneSeconds = arguments[patience]
        let most = arguments[tokens]
        let usage = counted.withLock { counted in
            let usage = counted ?? EndpointUsage(most: most)
            counted = usage
            return usage
        }
        let journal = try answers.withLock { answers in
            if answers == nil, let (path, resumes) = journalPlace(arguments) { answers = try AnswerJournal(path: path, resumes: resumes) }
            return answers
        }
        let render = try arguments[template].map { try renderer(of: $0) }
        let key = ProcessInfo.processInfo.environment[EndpointModel.keyVariable]
        return try EndpointModel(
            address: address, requests: arguments[SharedOptions.batch], key: key, waiting: waiting, usage: usage, journal: journal,
            render: render)
    }

    /// What writes turns by the template of a model folder or file.
    private static func renderer(of model: String) throws -> @Sendable ([ChatMessage]) throws -> String {
        let tokenizer = try ModelLocator.tokenizer(model)
        let template = tokenizer.chatTemplate ?? .plain(for: tokenizer)
        return { try template.text($0, addingGenerationPrompt: true, with: tokenizer) }
    }

    /// Where answers are written down: beside the output, as OUTPUT.answers, or in the folder of a loop; nowhere where nothing could go on.
    private static func journalPlace(_ arguments: Arguments) -> (path: String, resumes: Bool)? {
        if let folder = arguments.value(LoopFlags.folder) {
            return FileStatus.isFolder(folder) ? (URL(filePath: folder).appending(path: "server.answers").path, true) : nil
        }
        guard let output = arguments.value(SharedOptions.output), output != "-",
            FileStatus.isRegularFile(output) || !FileManager.default.fileExists(atPath: output)
        else { return nil }
        return (output + ".answers", arguments.value(SharedOptions.resume))
    }

    /// Takes the answers away once the command has come to its end: its output has them.
    static func end(_ status: ExitStatus) {
        guard status == .done || status == .tooMuchBroken else { return }
        answers.withLock { $0 }?.remove()
    }

    /// Says at the end of a command what the servers counted, where there were any.
    static func tellUsage(_ arguments: Arguments) {
        guard let count = counted.withLock({ $0 })?.count, count.requests > 0, !arguments.hasOption("quiet") else { return }
        complain("The servers counted \(count.read) tokens of prompts and \(count.written) of answers, in \(count.requests) requests.")
    }
}

extension OptionGroup {
    static let servers = OptionGroup("Models of servers", RemoteModels.options)
}
