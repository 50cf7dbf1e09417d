import Foundation
import Ground
import LanguageModels
import Records
import Synchronization

/// Requests that go to a file instead of a server, and answers that come from files: the batch format of OpenAI's protocol, which vLLM's `run-batch`
/// takes as it is.
///
/// A request is known by a hash of what is asked, so that answers may come in any order, from several files, and for another run of the same
/// records. What has no answer yet is written, where a file was named for it, and its record waits. Memory: about 100 bytes an answer, and 40 a
/// request. What is wrong with an answer is counted, and told by `findings`.
public final class RequestBatch: Sendable {
    /// What was written: requests, tokens of their prompts by estimate, and the most tokens that their answers may have.
    public struct Written: Sendable, Equatable {
        public var requests = 0
        public var promptTokens = 0
        public var mostAnswerTokens = 0
    }

    private struct State {
        var answers: BatchAnswers
        var found = BatchFindings()
        var asked: Set<String> = []
        var unanswered: Set<String> = []
        var written = Written()
        var output: Descriptor?
        var length = 0
    }

    private let path: String?
    private let state: Mutex<State>

    /// Reads where each answer stands.
    ///
    /// - Parameters:
    ///   - path: where requests without an answer go; it grows as `PATH.new` and takes its place with `finish`.
    ///   - answers: files of answers; of a request that several answer, a good answer counts, and the last of these.
    public init(writingTo path: String?, answers: [String]) throws {
        self.path = path
        var found = State(answers: try BatchAnswers(answers))
        if let path {
            try Self.checkBeside(path)
            found.output = try Descriptor.writing(path + ".new")
            try found.output?.cut(to: 0)
        }
        state = Mutex(found)
    }

    private static let keyPrefix = "humpback-"

    /// Throws `FileError.inTheWay` unless what stands where requests grow was left by a run that was killed.
    private static func checkBeside(_ path: String) throws {
        let beside = path + ".new"
        if FileStatus.isFree(beside) { return }
        let opening = Array(#"{"custom_id":"\#(keyPrefix)"#.utf8)
        guard FileStatus.mayBeReplaced(beside), let file = FileHandle(forReadingAtPath: beside),
            try file.read(upToCount: opening.count) == Data(opening)
        else { throw FileError.inTheWay(file: beside, what: "the requests for \(path)") }
    }

    /// The answer to a request, and whether it is given for the first time: the same request of another record is none that costs anything.
    ///
    /// - Throws: a `Rejection` that may pass where there is no answer yet, and what a server's refusal would throw.
    func answer(to body: JSONObject, path: String) throws -> (answer: JSONObject, isFirst: Bool) {
        guard path == "chat/completions" || path == "completions" else {
            throw EndpointError.notInBatch(path: path)
        }
        let key = Self.keyPrefix + RecordID.make(path, body.serialized)
        let (found, failure) = try state.withLock { state in
            let found = try state.answers.take(key)
            switch found {
            case (.answer(let answer), true)?: state.found.add(answer, to: body)
            case (.refusal(let refusal), true)?:
                state.found.taken += 1
                state.found.refused += 1
                if state.found.refused == 1 { state.found.firstRefusal = "status \(refusal.status): \(refusal.message.prefix(200))" }
            case nil: if state.unanswered.insert(key).inserted { state.found.missing += 1 }
            default: break
            }
            return (found, state.answers.failure(of: key))
        }
        switch found {
        case (.answer(let answer), let isFirst)?: return (answer, isFirst)
        case (.refusal(let refusal), _)?: throw refusal
        case (.failure, _)?, nil: break
        }
        try write(key, body, path)
        if let failure {
            throw Rejection("batch_failed", value: .string(failure), threshold: "a good answer in a file of --from-batch", isPassing: true)
        }
        throw Rejection("batch_unanswered", value: .string(key), isPassing: true)
    }

    /// What was found in the answers so far, those of the files and those that were used.
    public var findings: BatchFindings {
        state.withLock { state in
            var found = state.answers.findings
            (found.taken, found.missing, found.refused, found.firstRefusal) =
                (state.found.taken, state.found.missing, state.found.refused, state.found.firstRefusal)
            (found.otherModels, found.empty, found.withoutProbabilities) =
                (state.found.otherModels, state.found.empty, state.found.withoutProbabilities)
            return found
        }
    }

    /// What was written so far.
    public var written: Written { state.withLock { $0.written } }

    /// Gives the file of requests its place.
    public func finish() throws {
        guard let path else { return }
        try state.withLock { state in
            try state.output?.synchronize()
            state.output = nil
            guard rename(path + ".new", path) == 0 else { throw FileError.cannotWrite(file: path, reason: Descriptor.reason(errno)) }
        }
    }

    private func write(_ key: String, _ body: JSONObject, _ path: String) throws {
        let object: JSONObject = ["custom_id": .string(key), "method": "POST", "url": .string("/v1/" + path), "body": .object(body)]
        try state.withLock { state in
            guard let output = state.output, state.asked.insert(key).inserted else { return }
            let bytes = Array((object.serialized + "\n").utf8)
            try output.write(bytes.span, written: state.length)
            state.length += bytes.count
            state.written.requests += 1
            state.written.promptTokens += EndpointModel.estimate((body["messages"] ?? body["prompt"] ?? .null).serialized)
            state.written.mostAnswerTokens += (body["max_tokens"] ?? body["max_completion_tokens"])?.integer ?? 0
        }
    }
}
