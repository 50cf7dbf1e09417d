import Foundation
import Ground
import LanguageModels
import Stages
import Synchronization

/// Turns between a person at a terminal and a model.
///
/// Ctrl-C stops the answer that is being written and no more. At the prompt there is nothing to stop: it says how to end, and a second one
/// ends.
struct Dialogue {
    let answering: Answering

    func run() async throws {
        complain("An empty line ends the dialogue; Ctrl-C stops an answer.")
        defer { Interruption.divert(to: nil) }
        var turns: [ChatMessage] = []
        while true {
            guard let line = Self.line(), !line.isEmpty else { return }
            let before = turns
            turns += turns.isEmpty ? answering.model.card.forwardTurns(line) : [ChatMessage(.user, line)]
            let prompt = answering.usesTemplate ? Prompt.chat(turns) : .text(line)
            let key = "turn \(turns.count)"
            do {
                let completion = try await stoppable { try await answering.completion(of: prompt, key: key) }
                turns.append(ChatMessage(.assistant, completion.text))
                tell(completion.text + "\n\n")
            } catch is CancellationError where !Task.isCancelled {
                // What was asked without an answer is forgotten, so that the turns still alternate.
                turns = before
                complain("\n(stopped; the question is forgotten)")
            }
        }
    }

    /// A line of the person's; nil at the end of the input. Nothing else can be done meanwhile, so a signal ends the tool from here.
    private static func line() -> String? {
        write("> ")
        let presses = Mutex(0)
        Interruption.divert(to: {
            let count = presses.withLock { count -> Int in
                count += 1
                return count
            }
            if count > 1 { _exit(130) }
            complain("\n(an empty line, Ctrl-D or Ctrl-C once more ends the dialogue)")
            write("> ")
        })
        let terminated = DispatchSource.makeSignalSource(signal: SIGTERM, queue: .global())
        terminated.setEventHandler { _exit(143) }
        terminated.resume()
        defer { terminated.cancel() }
        return readLine()
    }

    /// Work that Ctrl-C cancels alone.
    private func stoppable<Success: Sendable>(_ work: @escaping @Sendable () async throws -> Success) async throws -> Success {
        let task = Task { try await work() }
        Interruption.divert(to: { task.cancel() })
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }
}
