import Foundation
import Testing

@Suite struct ShellCompletionTests {
    @Test("the scripts of all shells know every command", arguments: ["bash", "zsh", "fish"])
    func knowsCommands(shell: String) throws {
        let script = try BuiltTool.run("completions", shell).output
        for command in try BuiltTool.commands() {
            for word in command.split(separator: " ") { #expect(script.contains(word), "\(shell) lacks \(command)") }
        }
    }

    @Test("bash completes a command, an option and a choice from the script")
    func bash() throws {
        let script = try BuiltTool.run("completions", "bash").output
        func complete(_ words: String...) throws -> [Substring] {
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            let line = (["humpback"] + words).map { "'\($0)'" }.joined(separator: " ")
            process.arguments = [
                "-c", "\(script)\nCOMP_WORDS=(\(line)); COMP_CWORD=\(words.count); _humpback; printf '%s\\n' \"${COMPREPLY[@]}\"",
            ]
            let output = Pipe()
            process.standardOutput = output
            try process.run()
            process.waitUntilExit()
            return String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self).split(separator: "\n")
        }
        #expect(try complete("compl") == ["completions"])
        #expect(try complete("completions", "--h") == ["--help"])
        #expect(try complete("completions", "f") == ["fish"])
    }
}
