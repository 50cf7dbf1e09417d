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
        ])
    func rejections(text: String, reason: String) throws {
        let rejection = #expect(throws: Rejection.self) { try Seed(try read(text)) }
        #expect(rejection?.reason == reason)
    }

    @Test("a passage is no seed, and says what to do")
    func passage() throws {
        let error = #expect(throws: RecordsError.self) { try Seed(try read(#"{"text":"a page"}"#)) }
        #expect(error?.description.contains("humpback augment") == true)
    }
}
