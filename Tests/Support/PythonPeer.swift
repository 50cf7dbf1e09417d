import Foundation

/// The Python whose libraries tests compare with; HUMPBACK_PYTHON names it, and without it those tests skip, loudly.
public enum PythonPeer {
    private static let path = ProcessInfo.processInfo.environment["HUMPBACK_PYTHON"]

    /// Whether there is a Python, and it has all of these modules:
    /// `@Test(.enabled(if: PythonPeer.has("peft"), "needs HUMPBACK_PYTHON, a python with peft"))`.
    public static func has(_ modules: String...) -> Bool {
        guard path != nil else { return false }
        let script = "import sys, importlib.util as u; sys.exit(any(u.find_spec(m) is None for m in sys.argv[1:]))"
        return (try? run(script, modules)) != nil
    }

    /// What a script writes to its standard output.
    /// - Throws: `Failure` with its messages when it does not end well.
    public static func run(_ script: String, _ arguments: [String], in place: URL? = nil) throws -> Data {
        guard let path else { throw Failure(messages: "HUMPBACK_PYTHON is not set") }
        let messages = FileManager.default.temporaryDirectory.appending(path: "humpback-python-\(UUID().uuidString)")
        try Data().write(to: messages)
        defer { try? FileManager.default.removeItem(at: messages) }
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = ["-c", script] + arguments
        process.currentDirectoryURL = place
        let output = Pipe()
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: messages)
        try process.run()
        let answer = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                messages:
                    "status \(process.terminationStatus)\n\(String(decoding: try Data(contentsOf: messages).suffix(3000), as: UTF8.self))")
        }
        return answer
    }

    /// What a script's standard output says as JSON.
    public static func json<Value: Decodable>(
        _ type: Value.Type = Value.self, _ script: String, _ arguments: [String], in place: URL? = nil
    ) throws -> Value {
        try JSONDecoder().decode(type, from: run(script, arguments, in: place))
    }

    public struct Failure: Error, CustomStringConvertible {
        public let messages: String
        public var description: String { messages }
    }
}
