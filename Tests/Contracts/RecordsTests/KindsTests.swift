import Ground
import Records
import Testing

private func read(_ text: String) throws -> JSONObject { try JSONObject(parsing: text) }

@Suite struct RecordShapeTests {
    @Test(
        "is told from the fields",
        arguments: [
            (#"{"text":"a"}"#, RecordShape.passage),
            (#"{"instruction":"a","output":"b"}"#, .seed),
            (#"{"instruction":"a","output":"b","passage_id":"x"}"#, .pair),
            (#"{"instruction":"a","output":"b","origin":"augmented"}"#, .pair),
            (#"{"instruction":"a","output":"b","score":4.5}"#, .ratedPair),
            (#"{"prompt":"a","chosen":"b","rejected":"c"}"#, .preference),
            (#"{"real":[],"generated":[]}"#, .preference),
            (#"{"messages":[]}"#, .seed),
            (####"{"text":"### Human: hi### Assistant: ho"}"####, .seed),
            (#"{"text":7}"#, .unknown), (#"{}"#, .unknown),
        ])
    func shapes(text: String, shape: RecordShape) throws { #expect(RecordShape.of(try read(text)) == shape) }

    @Test("a passage where a pair is wanted is told that augment comes first")
    func wrongOrder() throws {
        let passage = try read(#"{"id":"p","text":"Bread wants time."}"#)
        let error = #expect(throws: RecordsError.self) { try Pair(passage) }
        #expect(error?.description.contains("humpback augment") == true)
        let rated = #expect(throws: RecordsError.self) { try RatedPair(passage) }
        #expect(rated?.description.contains("humpback curate") == true)
        let pair = try read(#"{"id":"p","instruction":"i","output":"o","origin":"augmented"}"#)
        let ahead = #expect(throws: RecordsError.self) { try Passage(pair) }
        #expect(ahead?.description.contains("humpback curate") == true)
    }

    @Test("an odd record is a rejection that lists its fields and those that are missing")
    func odd() throws {
        let rejection = #expect(throws: Rejection.self) { try Pair(try read(#"{"question":"a","answer":"b"}"#)) }
        let wanted: JSONValue = "instruction, output; --instruction-field question --output-field answer"
        #expect(rejection == Rejection("unknown_record", value: "question, answer", threshold: wanted))
    }
}

@Suite struct PassageTests {
    @Test("reads its fields, and the path of headings as a list or a text")
    func fields() throws {
        let passage = try Passage(try read(#"{"id":"p","text":"t","url":"u","heading":["A","B"],"lang":"de"}"#))
        #expect(passage.id == "p" && passage.text == "t" && passage.url == "u" && passage.lang == "de" && passage.heading == ["A", "B"])
        #expect(try Passage(try read(#"{"text":"t","heading":"A"}"#)).heading == ["A"])
    }

    @Test("a page is named by its first heading where another stands below it, else by its title")
    func pageName() throws {
        #expect(try Passage(try read(#"{"text":"t","title":"Bees | Site","heading":["Bees","Winter"]}"#)).pageName == "Bees")
        #expect(try Passage(try read(#"{"text":"t","title":"Bees | Site","heading":["Winter"]}"#)).pageName == "Bees | Site")
        #expect(try Passage(try read(#"{"text":"t"}"#)).pageName == nil)
    }

    @Test("without an id gets one from its address and text, a number counts as an id")
    func identity() throws {
        let one = try Passage(try read(#"{"text":"t","url":"u"}"#))
        #expect(one.id == (try Passage(try read(#"{"url":"u","text":"t","extra":1}"#))).id)
        #expect(one.id != (try Passage(try read(#"{"text":"t","url":"v"}"#))).id)
        #expect(try Passage(try read(#"{"text":"t","id":17}"#)).id == "17")
    }

    @Test("of white space alone is a rejection")
    func empty() throws {
        #expect(throws: Rejection("empty_text", value: 0, threshold: 1)) { try Passage(try read(#"{"text":" \n\u00a0"}"#)) }
    }
}

@Suite struct PairTests {
    @Test("keeps the passage's fields in their places, with text renamed output")
    func fromPassage() throws {
        let passage = try Passage(try read(#"{"x":[1.50],"id":"p","text":"the text","url":"u","z":null}"#))
        let pair = Pair(passage, sample: 2, instruction: "ask", madeBy: ["model": "calf"])
        #expect(
            pair.object.serialized
                == #"{"id":"p-2","passage_id":"p","x":[1.50],"instruction":"ask","output":"the text","url":"u","z":null,"#
                + #""origin":"augmented","made_by":{"model":"calf"}}"#)
        #expect(try Pair(pair.object) == pair)
        #expect(pair.origin == .augmented && pair.passageID == "p" && pair.isSelected)
    }

    @Test("that is rated keeps its ratings, adds one and reads back")
    func rated() throws {
        let pair = try Pair(try read(#"{"id":"p-0","instruction":"i","output":"o","ratings":[{"rubric":"old"}]}"#))
        let rating = Rating(
            rubric: "quality", scale: 1...5, probabilities: [("1", 0.25), ("5", 0.75)], mass: 0.9, judge: "calf-judge", iteration: 1)
        let rated = try RatedPair(pair, ratings: [rating], score: 4.0, isSelected: false)
        #expect(rated.ratings == [rating])
        #expect(rated.object["ratings"]?.array?.count == 2)
        #expect(rated.score == 4 && !rated.isSelected)
        #expect(rated.object.serialized.contains(#""score":4.0,"selected":false"#))
        #expect(throws: Rejection.self) { try RatedPair(try read(#"{"instruction":"i","output":"o","score":7}"#)) }
    }
}

@Suite struct PreferenceTests {
    @Test(
        "reads texts, conversations and SPIN's rows alike",
        arguments: [
            #"{"prompt":"q","chosen":"good","rejected":"bad"}"#,
            #"{"prompt":[{"role":"user","content":"q"}],"chosen":[{"role":"assistant","content":"good"}],"rejected":[{"role":"assistant","content":"bad"}]}"#,
            #"{"chosen":[{"role":"user","content":"q"},{"role":"assistant","content":"good"}],"rejected":[{"role":"user","content":"q"},{"role":"assistant","content":"bad"}]}"#,
            #"{"real":[{"role":"user","content":"q"},{"role":"assistant","content":"good"}],"generated":[{"role":"user","content":"q"},{"role":"assistant","content":"bad"}]}"#,
        ])
    func spellings(text: String) throws {
        let preference = try Preference(try read(text))
        #expect(preference.prompt == [ChatMessage(.user, "q")])
        #expect(preference.chosen == "good" && preference.rejected == "bad")
    }

    @Test(
        "an answer that is empty is named",
        arguments: [
            (#"{"prompt":"q","chosen":"","rejected":"b"}"#, "chosen"), (#"{"prompt":"q","chosen":"a","rejected":" \n"}"#, "rejected"),
            (#"{"prompt":"q","real":"\t","generated":"b"}"#, "real"),
            (
                #"{"prompt":"q","chosen":[{"role":"assistant","content":""}],"rejected":[{"role":"assistant","content":"b"}]}"#, "chosen"
            ),
        ])
    func empty(_ text: String, _ field: String) throws {
        let met = #expect(throws: Rejection.self) { try Preference(try read(text)) }
        #expect(met?.description.contains("\(field) is empty") == true)
    }

    @Test("is refused where both answers are the same or the prompts differ")
    func refused() throws {
        #expect(throws: Rejection("same_answers")) { try Preference(try read(#"{"prompt":"q","chosen":"a","rejected":"a"}"#)) }
        let different =
            #"{"real":[{"role":"user","content":"q"},{"role":"assistant","content":"a"}],"generated":[{"role":"user","content":"p"},{"role":"assistant","content":"b"}]}"#
        #expect(throws: Rejection("different_prompts")) { try Preference(try read(different)) }
    }
}
