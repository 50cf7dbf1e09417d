import Foundation
import TestSupport

/// The tool as a user has it: the executable that stands beside the test bundle, run as a process of its own.
enum BuiltTool {
    struct Ended: CustomStringConvertible {
        let status: Int32
        let output: String
        let messages: String

        var lines: [Substring] { output.split(separator: "\n") }
        var description: String { "status \(status)\noutput: \(output.prefix(2000))\nmessages: \(messages.prefix(2000))" }
    }

    static let executable: URL = {
        let beside = URL(filePath: CommandLine.arguments.first ?? "").deletingLastPathComponent().appending(path: "humpback")
        return FileManager.default.isExecutableFile(atPath: beside.path)
            ? beside : SharedData.projectRoot.appending(path: ".build/release/humpback")
    }()

    /// Runs the tool to its end; `files` are written into `place` before.
    static func run(
        _ words: String..., input: String = "", in place: URL? = nil, environment: [String: String] = [:], files: [String: String] = [:]
    ) throws -> Ended {
        for (name, content) in files { try Data(content.utf8).write(to: (place ?? URL(filePath: ".")).appending(path: name)) }
        return try run(words, input: Data(input.utf8), in: place, environment: environment)
    }

    static func run(_ words: [String], input: Data = Data(), in place: URL? = nil, environment: [String: String] = [:]) throws -> Ended {
        let scratch = FileManager.default.temporaryDirectory.appending(path: "humpback-run-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: scratch) }
        let files = ["input", "output", "messages"].map { scratch.appending(path: $0) }
        try input.write(to: files[0])
        for file in files.dropFirst() { try Data().write(to: file) }
        let process = Process()
        process.executableURL = executable
        process.arguments = words
        process.currentDirectoryURL = place
        // No test takes what the machine happens to have in its cache of models.
        process.environment = ProcessInfo.processInfo.environment.merging(["HUMPBACK_CACHE": scratch.path]) { $1 }.merging(environment) {
            $1
        }
        process.standardInput = try FileHandle(forReadingFrom: files[0])
        process.standardOutput = try FileHandle(forWritingTo: files[1])
        process.standardError = try FileHandle(forWritingTo: files[2])
        try process.run()
        process.waitUntilExit()
        return Ended(
            status: process.terminationStatus, output: String(decoding: try Data(contentsOf: files[1]), as: UTF8.self),
            messages: String(decoding: try Data(contentsOf: files[2]), as: UTF8.self))
    }

    /// Starts the tool and kills it (SIGKILL) as soon as `isReady` says so; it may have ended before.
    static func killed(_ words: [String], in place: URL, when isReady: () -> Bool) throws {
        let process = Process()
        process.executableURL = executable
        process.arguments = words
        process.currentDirectoryURL = place
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !isReady() { usleep(2000) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The commands that `humpback` alone lists.
    static func commands() throws -> [String] {
        try run().output.split(separator: "\n").compactMap { line in
            guard line.hasPrefix("  "), !line.hasPrefix("   "),
                let end = line.range(of: "  ", range: line.index(line.startIndex, offsetBy: 2)..<line.endIndex)
            else { return nil }
            return String(line[line.index(line.startIndex, offsetBy: 2)..<end.lowerBound])
        }.filter { $0.allSatisfy { $0.isLowercase || $0 == " " || $0 == "-" } && !$0.contains("--") }
    }
}
