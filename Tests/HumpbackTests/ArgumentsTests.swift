import Testing

@Suite struct ArgumentsTests {
    @Test("an unknown command has status 64 and names the one that was meant")
    func unknownCommand() throws {
        let ended = try BuiltTool.run("completons")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("there is no command completons. Did you mean humpback completions?"))
        #expect(ended.output.isEmpty)
    }

    @Test("a word far from every command suggests nothing")
    func nothingNear() throws {
        let ended = try BuiltTool.run("xylophone")
        #expect(ended.status == 64)
        #expect(!ended.messages.contains("Did you mean"))
    }

    @Test("an unknown option has status 64, names the one that was meant and the help to read")
    func unknownOption() throws {
        let ended = try BuiltTool.run("completions", "--hepl", "bash")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("there is no option --hepl. Did you mean --help?"))
        #expect(ended.messages.contains("humpback help completions"))
    }

    @Test("a missing operand and one too many have status 64")
    func operands() throws {
        #expect(try BuiltTool.run("completions").status == 64)
        let more = try BuiltTool.run("completions", "bash", "zsh")
        #expect(more.status == 64)
        #expect(more.messages.contains("\"zsh\" is more than this command takes"))
    }

    @Test("a switch with a value is refused")
    func superfluousValue() throws {
        let ended = try BuiltTool.run("completions", "--help=yes", "bash")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("--help is a switch and takes no value"))
    }

    @Test("a wrong operand says what was expected")
    func wrongOperand() throws {
        let ended = try BuiltTool.run("completions", "ksh")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("expects one of bash, zsh or fish, and got \"ksh\""))
    }

    @Test("after two dashes a word that begins with a dash is an operand")
    func dashes() throws {
        let ended = try BuiltTool.run("completions", "--", "--help")
        #expect(ended.status == 64)
        #expect(ended.messages.contains("got \"--help\""))
    }
}
