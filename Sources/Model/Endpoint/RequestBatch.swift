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
/// request.
public final class RequestBatch: Sendable {
    /// What was written: requests, tokens of their prompts by estimate, and the most tokens that their answers may have.
    public struct Written: Sendable, Equatable {
        public var requests = 0
        public var promptTokens = 0
        public var mostAnswerTokens = 0
    }

    private struct Place {
        var file: Int
        var offset: UInt64
        var length: Int
    }

    private struct State {
        var places: [String: Place] = [:]
        var files: [FileHandle] = []
        var asked: Set<String> = []
        var written = Written()
        var output: Descriptor?
        var length = 0
    }

    private let path: String?
    private let names: [String]
    private let state: Mutex<State>

    /// Reads where each answer stands.
    ///
    /// - Parameters:
    ///   - path: where requests without an answer go; it grows as `PATH.new` and takes its place with `finish`.
    ///   - answers: files of answers; of a request that several answer, a good answer counts, and the last of these.
    public init(writingTo path: String?, answers: [String]) throws {
        self.path = path
        names = answers
        var found = State()
        for (number, name) in answers.enumerated() {
            guard FileStatus.isRegularFile(name), let file = FileHandle(forReadingAtPath: name) else {
                throw EndpointError.badAnswers(file: name, line: 0, reason: "there is no such file")
            }
            try Self.index(file, name) { key, offset, length in found.places[key] = Place(file: number, offset: offset, length: length) }
            found.files.append(file)
        }
        if let path {
            found.output = try Descriptor.writing(path + ".new")
            try found.output?.cut(to: 0)
        }
        state = Mutex(found)
    }

    /// The answer to a request; throws a `Rejection` that may pass where there is none yet, and what a server's refusal would throw.
    func answer(to body: JSONObject, path: String) throws -> JSONObject {
        guard path == "chat/completions" || path == "completions" else {
            throw EndpointError.notInBatch(path: path)
        }
        let key = "humpback-" + RecordID.make(path, body.serialized)
        let line = try state.withLock { state -> [UInt8]? in
            guard let place = state.places[key] else { return nil }
            let file = state.files[place.file]
            try file.seek(toOffset: place.offset)
            return Array(try file.read(upToCount: place.length) ?? Data())
        }
        if let line, let object = try? JSONObject(parsing: line), let answer = try Self.answer(object) { return answer }
        try write(key, body, path)
        throw Rejection("batch_unanswered", value: .string(key), isPassing: true)
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

    /// The body of a good answer, nil for a failure that may pass; throws what says no to the request itself.
    private static func answer(_ object: JSONObject) throws -> JSONObject? {
        let response = object["response"]?.object
        let body = response?["body"]?.object
        switch response?["status_code"]?.integer {
        case (200..<300)?: return body.flatMap { $0["choices"]?.array == nil ? nil : $0 }
        case 400?, 413?, 422?:
            let error = body?["error"]?.object ?? object["error"]?.object ?? body
            throw EndpointRefusal(
                status: response?["status_code"]?.integer ?? 400, message: String((error?["message"]?.string ?? "").prefix(400)),
                parameter: error?["param"]?.string, code: error?["code"]?.string ?? error?["type"]?.string)
        default: return nil
        }
    }

    /// Goes through the lines of a file of answers; a broken last line is one that is still being written.
    private static func index(_ file: FileHandle, _ name: String, _ body: (String, UInt64, Int) -> Void) throws {
        var (buffer, start, line) = (Data(), UInt64(0), 0)
        func take(_ bytes: Data, isLast: Bool) throws {
            line += 1
            guard bytes.contains(where: { $0 > 32 }) else { return }
            guard let object = try? JSONObject(parsing: Array(bytes)) else {
                if isLast { return }
                throw EndpointError.badAnswers(file: name, line: line, reason: "the line is no JSON object")
            }
            guard let key = object["custom_id"]?.string, object["response"] != nil || object["error"] != nil else {
                let isRequest = object["method"] != nil
                throw EndpointError.badAnswers(
                    file: name, line: line,
                    reason: isRequest ? "the line is a request, not an answer" : "the line has no custom_id and response")
            }
            let isAnswer: Bool
            do { isAnswer = try answer(object) != nil } catch { isAnswer = true }
            if isAnswer { body(key, start, bytes.count) }
        }
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            buffer.append(piece)
            var rest = buffer[...]
            while let newline = rest.firstIndex(of: 0x0A) {
                try take(rest[..<newline], isLast: false)
                start += UInt64(newline - rest.startIndex + 1)
                rest = rest[(newline + 1)...]
            }
            buffer = Data(rest)
        }
        if !buffer.isEmpty { try take(buffer, isLast: true) }
    }
}
