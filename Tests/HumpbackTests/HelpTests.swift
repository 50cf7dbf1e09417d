import Foundation
import Testing

@Suite struct HelpTests {
    @Test("humpback alone draws the loop and lists its commands, with status 0")
    func overview() throws {
        let ended = try BuiltTool.run()
        #expect(ended.status == 0)
        #expect(ended.output.contains("--ingest--> passages --augment--> pairs --curate--> curated pairs"))
        #expect(ended.messages.isEmpty)
        #expect(try BuiltTool.run("--help").output == ended.output)
        #expect(try BuiltTool.run("help").output == ended.output)
    }

    @Test("every command explains itself, with usage and at least one example, on standard output")
    func everyCommand() throws {
        let commands = try BuiltTool.commands()
        #expect(commands.contains("help"))
        for command in commands {
            let words = command.split(separator: " ").map(String.init)
            let ended = try BuiltTool.run(["help"] + words)
            #expect(ended.status == 0, "\(command): \(ended)")
            #expect(ended.output.hasPrefix("humpback \(command): "), "\(command)")
            #expect(ended.output.contains("usage: humpback \(command)"), "\(command)")
            #expect(ended.output.contains("Examples\n  # "), "\(command)")
            #expect(ended.output.split(separator: "\n").allSatisfy { $0.count <= 140 }, "\(command) has a long line")
            #expect(try BuiltTool.run(words + ["--help"]).output == ended.output, "\(command)")
        }
    }

    @Test("the version is one line")
    func version() throws {
        let ended = try BuiltTool.run("--version")
        #expect(ended.status == 0)
        #expect(ended.output.wholeMatch(of: /humpback \d+\.\d+\.\d+\n/) != nil)
    }

    @Test("a reader that closes the pipe ends the tool quietly with status 0")
    func closedPipe() throws {
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let messages = Pipe()
        let process = Process()
        process.executableURL = BuiltTool.executable
        process.arguments = ["help"]
        process.standardOutput = pipe
        process.standardError = messages
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try messages.fileHandleForReading.readToEnd() ?? Data() == Data())
    }
}
