import Ground

/// The first exchange of a seed, before anything is checked.
struct SeedTurn {
    var system: String?
    var instruction: String
    var output: String
    /// Whether the output is learned: false where its turn has the weight 0.
    var isLearned = true
    var further = 0
    /// The exchanges after the first, as far as user and assistant take turns.
    var rest: [ChatMessage] = []
    /// Why the conversation could not be read to its end.
    var end: Rejection?
    var language: String?

    private init(system: String? = nil, instruction: String, output: String, further: Int = 0, language: String? = nil) {
        self.system = system
        self.instruction = instruction
        self.output = output
        self.further = further
        self.language = language
    }

    init(_ object: JSONObject, _ format: SeedFormat) throws(Rejection) {
        switch format {
        case .native, .dolly:
            self.init(
                system: object["system"]?.string, instruction: Self.join(try object.text("instruction"), object["context"]?.string),
                output: try object.text(format == .dolly ? "response" : "output"))
        case .alpaca: try self.init(alpaca: object)
        case .messages: try self.init(turns: object["messages"], system: object["system"]?.string)
        case .shareGPT, .lima: try self.init(turns: object["conversations"] ?? object["conversation"], system: object["system"]?.string)
        case .promptCompletion: try self.init(promptCompletion: object)
        case .assistantTree: try self.init(tree: object)
        case .guanaco: try self.init(guanaco: try object.text("text"))
        case .selfInstruct:
            let first = object["instances"]?.array?.first?.object ?? JSONObject()
            self.init(
                instruction: Self.join(try object.text("instruction"), first["input"]?.string), output: try first.text("output"))
        }
    }

    /// Earlier turns in `history` come before the record's own: then the first of them is the turn, and the record's own is a further one.
    private init(alpaca object: JSONObject) throws(Rejection) {
        let history = (object["history"]?.array ?? []).compactMap { turn -> (String, String)? in
            guard let texts = turn.array, texts.count == 2, let asked = texts[0].string, let said = texts[1].string else { return nil }
            return (asked, said)
        }
        let own = (Self.join(try object.text("instruction"), object["input"]?.string), try object.text("output"))
        (instruction, output) = history.first ?? own
        rest = (history + [own]).dropFirst().flatMap { [ChatMessage(.user, $0.0), ChatMessage(.assistant, $0.1)] }
        further = history.count
        system = object["system"]?.string
    }

    /// A prompt that is a list of messages may hold earlier exchanges; then the first of those is the turn.
    private init(promptCompletion object: JSONObject) throws(Rejection) {
        var reading = ChatTurns.Reading(turns: try object["prompt"].map(ChatTurns.read)?.whole() ?? [])
        if let text = object["completion"]?.string {
            reading.turns.append(ChatMessage(.assistant, text))
        } else if let completion = object["completion"].map(ChatTurns.read) {
            reading.turns += completion.turns
            reading.end = completion.end
        }
        try self.init(reading, system: object["system"]?.string)
    }

    /// The reply that people ranked best (rank 0) to the tree's first message.
    private init(tree object: JSONObject) throws(Rejection) {
        let prompt = object["prompt"]?.object ?? JSONObject()
        let replies = (prompt["replies"]?.array ?? []).compactMap(\.object)
        guard ChatTurns.role(of: prompt["role"]?.string ?? "prompter") == .user else {
            throw Rejection("no_user_turn", value: prompt["role"] ?? .null)
        }
        guard let best = replies.first(where: { $0["rank"]?.integer == 0 }) else {
            throw Rejection("no_reply_of_rank_0", value: .integer(replies.count))
        }
        guard ChatTurns.role(of: best["role"]?.string ?? "assistant") == .assistant else {
            throw Rejection("no_assistant_turn", value: best["role"] ?? .null)
        }
        instruction = try prompt.text("text")
        output = try best.text("text")
        language = prompt["lang"]?.string
        further = Self.depth(below: best) / 2
    }

    private init(guanaco text: String) throws(Rejection) {
        var turns: [ChatMessage] = []
        for part in text.split(separator: "### ", omittingEmptySubsequences: true) {
            if part.hasPrefix("Human:") {
                turns.append(ChatMessage(.user, String(part.dropFirst(6))))
            } else if part.hasPrefix("Assistant:") {
                turns.append(ChatMessage(.assistant, String(part.dropFirst(10))))
            } else if let last = turns.popLast() {
                turns.append(ChatMessage(last.role, last.content + "### " + part))
            }
        }
        // The space behind a colon is the format's.
        for index in turns.indices { turns[index].content = turns[index].content.trimmed }
        try self.init(ChatTurns.Reading(turns: turns), system: nil)
    }

    private init(turns: JSONValue?, system: String?) throws(Rejection) {
        try self.init(turns.map(ChatTurns.read) ?? ChatTurns.Reading(), system: system)
    }

    private init(_ reading: ChatTurns.Reading, system: String?) throws(Rejection) {
        let messages = reading.turns
        end = reading.end
        self.system = system ?? messages.first { $0.role == .system }?.content
        let spoken = messages.filter { $0.role != .system }
        // What ends the reading before an exchange is whole is why there is none.
        if spoken.count < 2, let end { throw end }
        guard let first = spoken.first else { throw Rejection("no_turns", value: 0, threshold: 2) }
        guard first.role == .user else { throw Rejection("no_user_turn", value: .string(first.role.rawValue)) }
        guard spoken.count > 1, spoken[1].role == .assistant else { throw Rejection("no_assistant_turn", value: .integer(spoken.count)) }
        instruction = first.content
        output = spoken[1].content
        isLearned = spoken[1].isLearned
        further = spoken.dropFirst(2).count { $0.role == .assistant }
        for (index, turn) in spoken.dropFirst(2).enumerated() {
            guard turn.role == (index.isMultiple(of: 2) ? .user : .assistant) else { break }
            rest.append(turn)
        }
        if rest.last?.role == .user { rest.removeLast() }
    }

    /// The longest chain of replies under a reply, over an explicit stack since trees may be deep.
    private static func depth(below reply: JSONObject) -> Int {
        var deepest = 0
        var waiting = [(reply, 0)]
        while let (node, level) = waiting.popLast() {
            deepest = max(deepest, level)
            for child in node["replies"]?.array ?? [] { if let object = child.object { waiting.append((object, level + 1)) } }
        }
        return deepest
    }

    private static func join(_ instruction: String, _ material: String?) -> String {
        guard let material, !material.isBlank else { return instruction }
        return instruction.withoutPadding + "\n\n" + material.withoutPadding
    }
}
