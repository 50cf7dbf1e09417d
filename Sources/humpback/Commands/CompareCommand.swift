import Evaluate
import Foundation
import Ground
import LanguageModels
import Records
import Stages

extension Command {
    /// What verdicts or answers are written as, for other tools.
    private enum Form: String, CaseIterable, Sendable {
        case annotations, judgements, outputs, answers
    }

    private static let judge = Option<String?>.folder(
        "judge", as: "MODEL",
        "Let a model judge instead of you: a folder, a .gguf file, or http://HOST:PORT/v1#NAME. Each pair is asked in both orders.")
    private static let questions = Option<String?>.file(
        "questions", "MT-Bench's questions, for answers that name them by number (the first turn is compared).")
    private static let form = Option<Form?>.choice(
        "as",
        "Write one file in another form, and nothing else: verdicts as AlpacaEval's annotations or MT-Bench's judgements of pairs, answers as "
            + "AlpacaEval's outputs or, with --questions, MT-Bench's answers.")
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")

    static let compare = Command(
        "compare", "Asks you or a judge which of two models' answers are better, blindly, and counts.",
        operands: Operands(usage: "A [B]", count: 1...2, completion: .file),
        discussion: """
            Reads the answers of two models to the same instructions (records with `instruction` and `output`, as `humpback generate` writes \
            them; AlpacaEval's outputs; MT-Bench's answers) and asks which is better: A is the base, B is held against it. On a terminal you \
            see an instruction and two answers, not whose they are, in an order and on sides that hashes choose, and press one key: a, b, t \
            for a tie, s to skip, q to stop. Each verdict is a line of the file given with -o; --resume goes on there. Whoever stops early has \
            judged a fair sample.

            With --judge a model is asked, in both orders; only what both agree on counts, the rest are ties. Given one file of verdicts \
            (this tool's, AlpacaEval's annotations, MT-Bench's judgements) it only counts.

            The table has the win rate of the second model, ties counted half, with its standard error, as AlpacaEval computes them, and the \
            same with length held equal and with style (length, headings, lists, bold) held equal: what a Bradley-Terry model with these \
            as covariates leaves. A win rate that falls when style is held equal was bought by looks.
            """,
        groups: [
            OptionGroup("Verdicts", judge, questions, form, json, SharedOptions.limit),
            OptionGroup("Output", SharedOptions.output, SharedOptions.resume, SharedOptions.force),
            OptionGroup(
                "Model", SharedOptions.precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads,
                SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes),
            .servers,
        ],
        cost: "Both files in memory; with --judge the judge's weights, and two forward passes a pair.",
        examples: [
            Example("judge yourself", "humpback compare base.jsonl tuned.jsonl -o verdicts.jsonl --resume"),
            Example("let a model judge", "humpback compare base.jsonl tuned.jsonl --judge http://localhost:8080/v1#qwen -o verdicts.jsonl"),
            Example("count AlpacaEval's annotations", "humpback compare annotations.json"),
        ]
    ) { arguments in
        if let form = arguments[form] { return try convert(arguments, to: form) }
        guard arguments.operands.count == 2 else {
            guard arguments[judge] == nil else { throw UsageError.combination("--judge wants two files of answers: humpback compare A B.") }
            let others: [any DeclaredOption] = [SharedOptions.output, SharedOptions.resume, SharedOptions.force, questions]
            if let other = others.first(where: { arguments.has($0) }) {
                throw UsageError.combination(
                    "\(other.declaration.flag) goes with two files of answers, or with --as; of one file of verdicts the count is printed.")
            }
            let verdicts = try Verdict.read(arguments.operands[0])
            return report(Array(verdicts.prefix(arguments[SharedOptions.limit] ?? .max)), arguments)
        }
        let sides = try arguments.operands.map { try StoredAnswer.read($0, questions: arguments[questions]) }
        let names = names(sides, arguments.operands)
        let pairs = Array(try AnswerPair.all(sides[0], sides[1]).prefix(arguments[SharedOptions.limit] ?? .max))
        let file = try arguments[SharedOptions.output].map {
            try VerdictFile($0, resume: arguments[SharedOptions.resume], force: arguments[SharedOptions.force])
        }
        if file == nil, arguments[SharedOptions.resume] || arguments[SharedOptions.force] {
            throw UsageError.combination("--resume and --force need -o FILE.")
        }
        if let other = file?.verdicts.first(where: { $0.models != names && !$0.outputs.isEmpty }) {
            throw UsageError.combination(
                "the verdicts in \(arguments[SharedOptions.output] ?? "") are on \(other.models.joined(separator: " and ")), and these files are "
                    + "\(names.joined(separator: "'s and "))'s; give another -o.")
        }
        let wanted = Set(pairs.map(\.id))
        var verdicts = file?.verdicts.filter { wanted.contains($0.id) } ?? []
        let done = Set(verdicts.map(\.id))
        let left = pairs.filter { !done.contains($0.id) }
        if let given = arguments[judge] {
            try await ask(given, about: left, names: names, arguments) { verdict in
                try file?.add(verdict)
                verdicts.append(verdict)
            }
        } else {
            guard file != nil || !Terminal.inputIsTerminal else {
                throw UsageError.combination("your verdicts need a place: give -o FILE (and --resume to go on in it later).")
            }
            let keys = KeyInput()
            let dialogue = BlindDialogue(names: names, key: keys.next, show: prompt) { verdict in
                try file?.add(verdict)
                verdicts.append(verdict)
            }
            _ = try dialogue.run(left)
        }
        guard !verdicts.isEmpty else {
            complain("no verdict, nothing to count.")
            return .nothingLeft
        }
        return report(verdicts, arguments)
    }

    /// To the person; standard output is for the count.
    private static func prompt(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.safeForTerminal.utf8))
    }

    /// What the two are called: what their records say, or their files' names.
    private static func names(_ sides: [[StoredAnswer]], _ files: [String]) -> [String] {
        let said = zip(sides, files).map { side, file in side.first?.model ?? URL(filePath: file).deletingPathExtension().lastPathComponent
        }
        return said[0] == said[1] ? files : said
    }

    /// Asks a model about pairs, some of them at once, and hands on verdicts in the order of the pairs.
    private static func ask(
        _ given: String, about pairs: [AnswerPair], names: [String], _ arguments: Arguments, save: (Verdict) throws -> Void
    ) async throws {
        guard !pairs.isEmpty else { return }
        let model = try await ModelLocator.open(given, arguments, for: nil)
        let judge = PairwiseJudge(model)
        var (silent, mass) = (0, 0.0)
        for start in stride(from: 0, to: pairs.count, by: arguments.requestsInFlight) {
            let some = Array(pairs[start..<min(pairs.count, start + arguments.requestsInFlight)])
            let found = try await sideBySide(some.indices) { index -> Verdict in
                do {
                    return try await judge.verdict(on: some[index], names: names)
                } catch let rejection as Rejection where !rejection.isPassing {
                    return Verdict(
                        some[index], preference: nil, annotator: model.card.name, names: names, reason: rejection.description)
                }
            }
            let unsaid = found.filter { $0.reason?.hasPrefix("label_mass_low") == true }
            silent += unsaid.count
            if start == 0, silent == found.count {
                let words = unsaid.first?.reason?.split(separator: " ") ?? []
                mass = words.compactMap { Double($0) }.first ?? mass
                throw ComparisonError.cannotJudge(model: model.card.name, mass: mass)
            }
            for verdict in found { try save(verdict) }
        }
    }

    private static func report(_ verdicts: [Verdict], _ arguments: Arguments) -> ExitStatus {
        let result = ComparisonResult(verdicts)
        if arguments[json] { write(result.object.serialized + "\n") } else { tell(WinRateReport(result: result).text) }
        return .done
    }

    /// Writes one file in another form, to standard output or -o.
    private static func convert(_ arguments: Arguments, to form: Form) throws -> ExitStatus {
        guard arguments.operands.count == 1 else { throw UsageError.combination("--as takes one file, and writes it in another form.") }
        let file = arguments.operands[0]
        let numbers =
            try arguments[questions].map { path in
                Dictionary(
                    try RecordSource.readAll([path]).compactMap { record -> (String, Int)? in
                        guard let text = record.object["turns"]?.array?.first?.string, let number = record.object["question_id"]?.integer
                        else {
                            return nil
                        }
                        return (text, number)
                    }, uniquingKeysWith: { one, _ in one })
            } ?? [:]
        let text: String
        switch form {
        case .annotations: text = JSONValue.array(try Verdict.read(file).map { .object($0.object) }).indented
        case .judgements:
            text = try Verdict.read(file).map {
                $0.judgement(question: numbers[$0.instruction].map(String.init) ?? $0.instruction).serialized + "\n"
            }.joined()
        case .outputs:
            text =
                JSONValue.array(
                    try StoredAnswer.read(file, questions: arguments[questions]).map { answer in
                        [
                            "instruction": .string(answer.instruction), "output": .string(answer.output),
                            "generator": .string(answer.model ?? URL(filePath: file).deletingPathExtension().lastPathComponent),
                        ]
                    }
                ).indented
        case .answers:
            guard !numbers.isEmpty else {
                throw UsageError.combination("--as answers needs --questions: MT-Bench knows questions by number.")
            }
            text = try StoredAnswer.read(file, questions: arguments[questions]).compactMap { answer -> String? in
                guard let number = Int(answer.key) ?? numbers[answer.instruction] else { return nil }
                let object: JSONObject = [
                    "question_id": .integer(number), "answer_id": .string(RecordID.make("answer", answer.key, answer.output)),
                    "model_id": .string(answer.model ?? URL(filePath: file).deletingPathExtension().lastPathComponent),
                    "choices": [["index": 0, "turns": [.string(answer.output)]]],
                ]
                return object.serialized + "\n"
            }.joined()
        }
        guard let output = arguments[SharedOptions.output] else {
            write(text)
            return .done
        }
        guard arguments[SharedOptions.force] || !FileManager.default.fileExists(atPath: output) else {
            throw UsageError.combination("\(output) exists; replace it with --force.")
        }
        try AtomicFile.write(text, to: output)
        return .done
    }
}
