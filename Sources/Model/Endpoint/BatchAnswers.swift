import Foundation
import Ground

/// The lines of files of answers: where each good answer stands, and what is wrong with the others.
struct BatchAnswers {
    /// What a line holds.
    enum Line {
        /// The body of a good answer.
        case answer(JSONObject)
        /// What says no to the request itself.
        case refusal(EndpointRefusal)
        /// What may pass, in words.
        case failure(String)
    }

    private struct Place {
        var file: Int
        var offset: UInt64
        var length: Int
        /// What was answered, hashed; nil where the request was refused.
        var said: UInt64?
        var isTaken = false
    }

    private var places: [String: Place] = [:]
    private var files: [FileHandle] = []
    private var failures: [String: String] = [:]
    /// Requests with several good answers, and whether these differ.
    private var repeated: [String: Bool] = [:]
    private var torn: [String] = []

    /// Goes through the files; of a request that several answer, a good answer counts, and the last of these.
    ///
    /// - Throws: `EndpointError.badAnswers` for what is no file of answers.
    init(_ names: [String]) throws {
        for (number, name) in names.enumerated() {
            guard FileStatus.isRegularFile(name), let file = FileHandle(forReadingAtPath: name) else {
                throw EndpointError.badAnswers(file: name, line: 0, reason: Self.whyUnreadable(name))
            }
            try index(file, name, number: number)
            files.append(file)
        }
    }

    private static func whyUnreadable(_ name: String) -> String {
        if name == "-" { return "answers are looked up by their place, which standard input has not; write them to a file first" }
        if FileStatus.isFolder(name) { return "a folder; name the files in it" }
        guard FileManager.default.fileExists(atPath: name) else { return "there is no such file" }
        if FileStatus.isRegularFile(name) { return "it cannot be opened; check who may read it" }
        return "answers are looked up by their place, which a pipe has not; write them to a file first"
    }

    /// What is known of the files alone.
    var findings: BatchFindings {
        var found = BatchFindings()
        found.answered = places.count
        for reason in failures.values { found.failures[reason, default: 0] += 1 }
        (found.repeated, found.differing) = (repeated.count, repeated.values.count { $0 })
        found.torn = torn
        return found
    }

    /// Why a request that was asked has no answer; nil where it was never answered.
    func failure(of key: String) -> String? { failures[key] }

    /// What a request was answered with, and whether it is looked up for the first time; nil where it has no answer.
    mutating func take(_ key: String) throws -> (line: Line, isFirst: Bool)? {
        guard let place = places[key] else { return nil }
        try files[place.file].seek(toOffset: place.offset)
        let bytes = Array(try files[place.file].read(upToCount: place.length) ?? Data())
        guard let object = try? JSONObject(parsing: bytes) else { return nil }
        places[key]?.isTaken = true
        return (Self.read(object), !place.isTaken)
    }

    static func read(_ object: JSONObject) -> Line {
        let response = object["response"]?.object
        let body = response?["body"]?.object
        let errors = [object["error"], body?["error"]].compactMap { $0 }.filter { $0 != .null }
        let error = errors.first?.object
        let message = String((error?["message"]?.string ?? errors.first?.string ?? "").singleSpaced.prefix(200))
        let status = response?["status_code"]?.integer
        switch status {
        case 400?, 413?, 422?:
            return .refusal(
                EndpointRefusal(
                    status: status ?? 400, message: message.isEmpty ? body?["message"]?.string ?? "" : message,
                    parameter: error?["param"]?.string, code: error?["code"]?.string ?? error?["type"]?.string))
        case nil, (200..<300)?:
            if errors.isEmpty, status != nil, let body, body["choices"]?.array?.isEmpty == false { return .answer(body) }
            if errors.isEmpty { return .failure(status.map { "status \($0) without choices" } ?? "no status and no answer") }
            return .failure("error \(error?["code"]?.string ?? "")".trimmed + (message.isEmpty ? "" : ": \(message)"))
        case let status?: return .failure("status \(status)" + (message.isEmpty ? "" : ": \(message)"))
        }
    }

    private mutating func take(_ object: JSONObject, at place: Place, of key: String) {
        var place = place
        switch Self.read(object) {
        case .failure(let reason):
            if places[key] == nil { failures[key] = reason }
            return
        case .refusal: if places[key]?.said != nil { return }
        case .answer(let body): place.said = stableHash64((body["choices"] ?? .null).serialized)
        }
        if let before = places[key]?.said, let said = place.said { repeated[key] = repeated[key] == true || before != said }
        failures[key] = nil
        places[key] = place
    }

    /// Goes through the lines of a file; a broken last line is one that is still being written.
    private mutating func index(_ file: FileHandle, _ name: String, number: Int) throws {
        var (buffer, start, line) = (Data(), UInt64(0), 0)
        func take(_ bytes: Data, isLast: Bool, _ answers: inout BatchAnswers) throws {
            line += 1
            guard bytes.contains(where: { $0 > 32 }) else { return }
            guard let object = try? JSONObject(parsing: Array(bytes)) else {
                if isLast { return answers.torn.append(name) }
                throw EndpointError.badAnswers(file: name, line: line, reason: "the line is no JSON object")
            }
            guard let key = object["custom_id"]?.string, object["response"] != nil || object["error"] != nil else {
                let isRequest = object["method"] != nil
                throw EndpointError.badAnswers(
                    file: name, line: line,
                    reason: isRequest ? "the line is a request, not an answer" : "the line has no custom_id and response")
            }
            answers.take(object, at: Place(file: number, offset: start, length: bytes.count), of: key)
        }
        while let piece = try file.read(upToCount: 1 << 20), !piece.isEmpty {
            buffer.append(piece)
            var rest = buffer[...]
            while let newline = rest.firstIndex(of: 0x0A) {
                try take(rest[..<newline], isLast: false, &self)
                start += UInt64(newline - rest.startIndex + 1)
                rest = rest[(newline + 1)...]
            }
            buffer = Data(rest)
        }
        if !buffer.isEmpty { try take(buffer, isLast: true, &self) }
    }
}
