import Ground
import Records
import Testing

private func read(_ text: String) throws -> JSONObject { try JSONObject(parsing: text) }

@Suite struct SeedTests {
    @Test(
        "reads the first exchange of every format",
        arguments: [
            (SeedFormat.native, #"{"instruction":"ask","output":"say"}"#, 0),
            (.dolly, #"{"instruction":"ask","context":"","response":"say","category":"qa"}"#, 0),
            (.alpaca, #"{"instruction":"ask","input":"","output":"say"}"#, 0),
            (.alpaca, #"{"instruction":"later","input":"","output":"x","history":[["ask","say"],["b","c"]]}"#, 2),
            (
                .shareGPT, #"{"conversations":[{"from":"human","value":"ask"},{"from":"gpt","value":"say"},{"from":"human","value":"b"}]}"#,
                0
            ),
            (
                .messages, #"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":[{"type":"text","text":"say"}]}]}"#,
                0
            ),
            (.lima, #"{"conversations":["ask","say","b","c"],"source":"x"}"#, 1),
            (.promptCompletion, #"{"prompt":"ask","completion":"say"}"#, 0),
            (.promptCompletion, #"{"prompt":[{"role":"user","content":"ask"}],"completion":[{"role":"assistant","content":"say"}]}"#, 0),
            (
                .assistantTree,
                #"{"prompt":{"text":"ask","lang":"en","role":"prompter","replies":[{"text":"no","rank":1,"role":"assistant","replies":[]},{"text":"say","rank":0,"role":"assistant","replies":[{"text":"b","role":"prompter","replies":[{"text":"c","role":"assistant","replies":[]}]}]}]}}"#,
                1
            ),
            (.guanaco, ####"{"text":"### Human: ask### Assistant: say### Human: b"}"####, 0),
            (.selfInstruct, #"{"instruction":"ask","instances":[{"input":"","output":"say"}]}"#, 0),
        ])
    func formats(format: SeedFormat, text: String, further: Int) throws {
        let seed = try Seed(try read(text))
        #expect(seed.format == format)
        #expect(seed.instruction == "ask" && seed.output == "say" && seed.system == nil)
        #expect(seed.furtherTurns == further)
    }

    @Test("appends the context or input after an empty line")
    func material() throws {
        let dolly = try Seed(try read(#"{"instruction":"ask ","context":" of this","response":"say"}"#))
        #expect(dolly.instruction == "ask\n\nof this")
        let alpaca = try Seed(try read(#"{"instruction":"ask","input":"of this","output":"say"}"#))
        #expect(alpaca.instruction == "ask\n\nof this")
        #expect(dolly.id == alpaca.id)
    }

    @Test(
        "keeps the system prompt",
        arguments: [
            #"{"instruction":"ask","output":"say","system":"be brief"}"#,
            #"{"conversations":[{"from":"human","value":"ask"},{"from":"gpt","value":"say"}],"system":"be brief"}"#,
            #"{"messages":[{"role":"system","content":"be brief"},{"role":"user","content":"ask"},{"role":"assistant","content":"say"}]}"#,
        ])
    func system(text: String) throws {
        let seed = try Seed(try read(text))
        #expect(seed.system == "be brief")
        #expect(seed.record.serialized.contains(#""system":"be brief","instruction":"ask","output":"say","origin":"seed""#))
    }

    @Test("of another language is dropped where languages are asked for and the source states one")
    func languages() throws {
        let tree = try read(
            #"{"prompt":{"text":"frag","lang":"de","role":"prompter","replies":[{"text":"sag","rank":0,"role":"assistant"}]}}"#)
        #expect(try Seed(tree).language == "de")
        #expect(try Seed(tree, languages: ["de"]).instruction == "frag")
        #expect(throws: Rejection("other_language", value: "de", threshold: "en")) { try Seed(tree, languages: ["en"]) }
        #expect(try Seed(try read(#"{"instruction":"a","output":"b"}"#), languages: ["en"]).language == nil)
    }

    @Test(
        "without a usable first exchange is a rejection with its reason",
        arguments: [
            (#"{"instruction":" ","output":"say"}"#, "empty_instruction"),
            (#"{"instruction":"ask","output":"\n"}"#, "empty_output"),
            (#"{"messages":[]}"#, "no_turns"),
            (#"{"messages":[{"role":"assistant","content":"say"}]}"#, "no_user_turn"),
            (#"{"messages":[{"role":"user","content":"ask"}]}"#, "no_assistant_turn"),
            (#"{"prompt":{"text":"ask","role":"prompter","replies":[{"text":"x","rank":null}]}}"#, "no_reply_of_rank_0"),
            (#"{"instruction":"ask","instances":[]}"#, "missing_field"),
            (#"{"a":1}"#, "unknown_record"),
            // What a tool says or is asked cannot be left out: the answer after it would answer nothing.
            (
                #"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":null,"tool_calls":[{"function":{"name":"f"}}]},{"role":"tool","content":"42"},{"role":"assistant","content":"It is 42"}]}"#,
                "tool_turn"
            ),
            (
                #"{"conversations":[{"from":"human","value":"ask"},{"from":"function_call","value":"{}"},{"from":"observation","value":"1"},{"from":"gpt","value":"say"}]}"#,
                "tool_turn"
            ),
            (
                #"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":"wait","function_call":{"name":"f"}}]}"#,
                "tool_turn"
            ),
            (#"{"prompt":[{"role":"user","content":"ask"},{"role":"ipython","content":"1"}],"completion":"say"}"#, "tool_turn"),
            (#"{"messages":[{"role":"critic","content":"ask"},{"role":"assistant","content":"say"}]}"#, "unknown_role"),
            (#"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":null}]}"#, "empty_turn"),
            (
                #"{"messages":[{"role":"user","content":[{"type":"text","text":"what?"},{"type":"image_url","image_url":{"url":"x"}}]},{"role":"assistant","content":"say"}]}"#,
                "not_text"
            ),
            (#"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":"say","weight":0.5}]}"#, "unknown_weight"),
        ])
    func rejections(text: String, reason: String) throws {
        let rejection = #expect(throws: Rejection.self) { try Seed(try read(text)) }
        #expect(rejection?.reason == reason)
    }

    @Test("a conversation ends before a turn that is no text, and one that is wanted whole is refused for it")
    func interrupted() throws {
        let start = #"{"messages":[{"role":"user","content":"ask"},{"role":"assistant","content":"say"},{"role":"user","content":"b"},"#
        for (turn, reason) in [
            (#"{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f"}}]}"#, "tool_turn"),
            (#"{"role":"observation","content":"1"}"#, "tool_turn"), (#"{"from":"gpt"}"#, "empty_turn"), ("null", "unknown_turn"),
        ] {
            let seed = try Seed(try read(start + turn + #",{"role":"assistant","content":"c"}]}"#))
            #expect(seed.output == "say" && seed.furtherMessages.isEmpty)
            try seed.requireLearned()
            let rejection = #expect(throws: Rejection.self) { try seed.requireLearned(allTurns: true) }
            #expect(rejection?.reason == reason)
        }
        let whole = try Seed(try read(start + #"{"role":"assistant","content":"c","tool_calls":[],"function_call":null}]}"#))
        #expect(whole.furtherMessages.map(\.content) == ["b", "c"] && whole.end == nil)
    }

    @Test(
        "an answer of the weight 0 is none to learn from, however its file says so",
        arguments: [#""weight":0"#, #""weight":0.0"#, #""weight":false"#, #""loss":false"#, #""train":0"#, #""training":false,"weight":1"#])
    func weight(field: String) throws {
        func conversation(_ first: String, _ second: String) throws -> Seed {
            try Seed(
                try read(
                    #"{"messages":[{"role":"user","content":"A?"},{"role":"assistant","content":"Wrong"\#(first)},"#
                        + #"{"role":"user","content":"C?"},{"role":"assistant","content":"Right"\#(second)}]}"#))
        }
        let first = try conversation("," + field, #","weight":1"#)
        #expect(!first.isLearned && first.furtherMessages.map(\.isLearned) == [true, true])
        #expect(throws: Rejection(Seed.weightless, value: 0, threshold: 1)) { try first.requireLearned() }
        try first.requireLearned(allTurns: true)
        let second = try conversation("", "," + field)
        #expect(second.isLearned && second.furtherMessages.map(\.isLearned) == [true, false])
        try second.requireLearned(allTurns: true)
        let none = try conversation("," + field, "," + field)
        #expect(throws: Rejection.self) { try none.requireLearned(allTurns: true) }
    }

    @Test(
        "what indents the first line stays, empty lines around a text and a space before it go",
        arguments: [
            ("    return 1\n    # end\n", "    return 1\n    # end"), ("\n\n  - one\n  - two", "  - one\n  - two"),
            ("\treturn 1", "\treturn 1"), (" Paris", "Paris"), (" \t x  ", " \t x"), ("\n Paris \n", "Paris"), ("\u{A0}Paris", "Paris"),
            ("\r\n    x\r\n", "    x"),
        ])
    func indentation(text: String, expected: String) throws {
        let said = JSONValue.string(text)
        let records: [JSONObject] = [
            ["instruction": said, "output": said],
            ["messages": [["role": "user", "content": said], ["role": "assistant", "content": said]]],
            ["instruction": "Do it.", "input": said, "output": said],
        ]
        for record in records {
            let seed = try Seed(record)
            #expect(seed.output == expected)
            #expect(seed.instruction == (record["input"] == nil ? expected : "Do it.\n\n" + expected))
        }
    }

    @Test("a passage is no seed, and says what to do")
    func passage() throws {
        let error = #expect(throws: RecordsError.self) { try Seed(try read(#"{"text":"a page"}"#)) }
        #expect(error?.description.contains("humpback augment") == true)
    }
}
