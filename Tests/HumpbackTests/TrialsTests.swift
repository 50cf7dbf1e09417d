import Foundation
import TestSupport
import Testing

/// A script of Tests/Trials, run to its end.
private enum Trial {
    static var hasPython: Bool { (try? run("-c", "import sys; sys.exit(sys.version_info < (3, 9))"))?.status == 0 }

    static func run(_ words: String...) throws -> (status: Int32, said: String) {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + words
        let pipe = Pipe()
        (process.standardOutput, process.standardError) = (pipe, pipe)
        try process.run()
        let said = (try? pipe.fileHandleForReading.readToEnd()) ?? Data()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: said, as: UTF8.self))
    }

    static func script(_ name: String) -> String { SharedData.projectRoot.appending(path: "Tests/Trials/\(name)").path }
}

/// The long trials of Tests/Trials in a short form: a few inputs, kills and points each, so that the scripts stay true and the worst is
/// noticed at once.
@Suite(.serialized, .enabled(if: Trial.hasPython, "needs python3")) struct TrialsTests {
    @Test("a dozen mutated inputs of each reader end without a signal and in time")
    func mutations() throws {
        let ended = try Trial.run(Trial.script("mutations.py"), "--count", "12", BuiltTool.executable.path)
        #expect(ended.status == 0, "\(ended.said)")
        #expect(ended.said.components(separatedBy: "12 inputs, 0 ended badly").count == 10, "\(ended.said)")
    }

    @Test("a few kills at random times of each command that can go on change none of its bytes")
    func kills() throws {
        let ended = try Trial.run(Trial.script("kills.py"), "--kills", "4", BuiltTool.executable.path)
        #expect(ended.status == 0, "\(ended.said)")
    }

    @Test("a full disk at three points of run, then space, changes none of its bytes")
    func fullDisk() throws {
        let ended = try Trial.run(Trial.script("full_disk.py"), "--points", "3", BuiltTool.executable.path)
        // 77: nobody may mount a disk here.
        #expect(ended.status == 0 || ended.status == 77, "\(ended.said)")
    }
}
