import Endpoint
import Foundation
import LanguageModels
import Synchronization

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

    static let options: [any DeclaredOption] = [timeout, patience, tokens]

    /// One count for all models of the process.
    private static let counted = Mutex<EndpointUsage?>(nil)

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
        let key = ProcessInfo.processInfo.environment[EndpointModel.keyVariable]
        return try EndpointModel(address: address, requests: arguments[SharedOptions.batch], key: key, waiting: waiting, usage: usage)
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
