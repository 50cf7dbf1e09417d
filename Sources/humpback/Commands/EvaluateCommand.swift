import Evaluate
import Finetune
import Foundation
import Ground
import Records
import Stages

extension Command {
    private static let json = Option<Bool>.flag("json", "Print one JSON object.")
    private static let role = Option<ModelRole?>.choice(
        "role",
        "What the models shall do: answer (the loss of the output), write instructions (the loss of the instruction given the output), or judge "
            + "(how well scores tell true pairs from wrong ones). Without it what they were trained for, by their notes, else forward.")
    private static let mismatches = Option<Int>.integer(
        "mismatches", as: "N", 0...50, default: 4,
        "Of a forward model: score each output with so many other pairs' instructions too, chosen by hash, for the instruction gain; each is "
            + "one more forward pass. 0 measures the loss alone.")
    private static let tasks = Option<[String]>.files(
        "task", as: "FILE|NAME",
        "Measure on the questions of FILE (a folder: of all files in it) instead of pairs. What task it is its fields tell; NAME=FILE says "
            + "so, and NAME alone takes the operands as its files: \(TaskFormat.allCases.map(\.rawValue).joined(separator: ", ")). May be "
            + "given several times.")
    private static let shots = Option<Int>.integer(
        "shots", 0...100, default: 0,
        "Of a task: show so many questions with their answers before each question, the first of --shots-file (of MMLU, of the same "
            + "subject).")
    private static let shotFiles = Option<[String]>.files(
        "shots-file", "Where shots are taken from: questions in the form of the task's, a folder of files too.")
    private static let training = Option<[String]>.files(
        "training-data",
        "Of a task: count apart the questions that these training pairs support, one of which has half of the question's words, and the others."
    )
    private static let imitation = Option<String?>.file(
        "imitation", as: "REFERENCE",
        "Say how near the models' style is to these answers (instruction and output, AlpacaEval's outputs too), the first model being the "
            + "base. The models are those given with --model, which are asked, and stored answers given as FILE..., or either.")
    private static let answerTokens = Option<Int>.integer(
        "max-new-tokens", 1...100_000, default: 512, "Of --imitation: the longest answer of a model that is asked.")
    private static let data = Option<[String]>.files(
        "data", "Say what can be said of these pairs without a model, and nothing else.")
    private static let humanField = Option<String?>.text(
        "human-field", "NAME", "Of --data: the field that holds a person's instruction for the same output; human without it.")
    private static let passages = Option<[String]>.files(
        "passages", "Of --data: the passages that pairs were made of, for the parts of pages that got none.")
    private static let models = Option<[String]>.files(
        SharedOptions.model.declaration.name, as: "DIR",
        SharedOptions.model.declaration.summary + " Given several times, the models stand in one table, each held against the first.")

    static let evaluate = Command(
        "evaluate", "Measures models on pairs they have not seen, and on tasks.",
        operands: Operands(usage: "FILE...", count: 0...Int.max, completion: .file),
        discussion: """
            Reads pairs (any format of seed data) and prints the held-out loss: nats a token of output, the mean over pairs, perplexity, \
            and bits a byte, which compares models with different tokenizers. The token that ends an answer is not counted, as finetune's own \
            held-out loss counts it, so the two figures of a model differ. Beside it stands the instruction gain: how much more a model \
            loses on the output when it is given another pair's instruction. A model that learned to ignore instructions loses the same. \
            For a backward model the loss is that of the instruction, \
            and the gain says how much likelier the own output makes it than another pair's. For a judge it is the AUC: the chance that \
            a true pair scores higher than one with another pair's instruction, the most similar one (near) or any (random), both \
            chosen by hash.

            Several models are measured one after the other, with one in memory at a time, on the same pairs: the difference to the first, \
            its 95 % interval (Student's t over pairs) and what it says in a sentence. A pair that one model cannot be measured on is left \
            out for all, and named.

            --task asks what style cannot fool: questions that have right answers. Choices are scored by log-likelihood, whole, a byte \
            and a token; other answers are written greedily and compared: exact match and F1 as Natural Questions and SQuAD have them, \
            GSM8K by its last number. Known tasks (the CSV of MMLU and TruthfulQA, the JSON lines of ARC, HellaSwag and GSM8K, as they \
            are published) are asked word for word as the Language Model Evaluation Harness asks them, without a chat template; \
            with --precision float32 the figures are the harness's. Give the model that training began from first: its row is what the \
            others are held against. --limit takes the first N questions of each file; --json has every question's answer.

            --imitation asks whether training moved more than style (Gudibande et al. 2023): lists and summaries where the reference has \
            them, shared vocabulary, the correlation of lengths, the tone of an authority. These rise in every model that imitates; with \
            --task what it can do stands beside them, and a verdict in a sentence.

            With --training-data the questions that the data could have taught stand apart from the others.

            --data needs no model: how many instructions lead back to their output by BM25, beside cheap instructions that anybody could \
            make of the outputs; ROUGE-L to human ones where they are known; openings, words, near-duplicates, lengths, languages, and \
            which sections of the pages got no selected pair.
            """,
        groups: [
            OptionGroup("Report", role, mismatches, json, SharedOptions.limit, SharedOptions.quiet),
            OptionGroup("Tasks", tasks, shots, shotFiles, training), OptionGroup("Imitation", imitation, answerTokens),
            OptionGroup("Data", data, humanField, passages),
            OptionGroup(
                "Model", models, SharedOptions.precision, SharedOptions.batch, SharedOptions.keyValueMemory, SharedOptions.threads,
                SharedOptions.noPackedCache, SharedOptions.noSharedPrefixes, SharedOptions.seed),
            .pairFields, .servers,
        ],
        cost: """
            The largest model's weights and the keys and values of the batch; a pair costs each model one forward pass and one more for \
            each of --mismatches (forward), two (backward) or three (judge). A question with choices costs one pass over its prompt, \
            which the choices share; one of GSM8K up to 256 tokens.
            """,
        examples: [
            Example("is the second model better?", "humpback evaluate --model M0 --model M1 held-out.jsonl"),
            Example(
                "does it know more, too?",
                "humpback evaluate --task arc_challenge_test.jsonl --task mmlu/ --limit 100 --model M0 --model M1"),
            Example("with five shots", "humpback evaluate --task mmlu/ --shots 5 --shots-file mmlu_dev/ --model M0 --model M1"),
            Example(
                "style or substance?",
                "humpback evaluate --imitation teacher.jsonl --task mmlu/ --limit 20 --model M0 --model M1"),
            Example("whose style have stored answers?", "humpback evaluate --imitation gpt4.json base.json tuned.json"),
            Example("are instructions any good?", "humpback evaluate --data pairs.jsonl --passages passages.jsonl"),
            Example("how well does a judge judge?", "humpback evaluate --role judge --model J held-out.jsonl"),
        ]
    ) { arguments in
        let names = arguments[models]
        if arguments.has(data) { return try surveyData(arguments) }
        if arguments.has(humanField) || arguments.has(passages) {
            throw UsageError.combination("--human-field and --passages belong to --data FILE.")
        }
        if arguments.has(role) || arguments.has(mismatches), arguments.has(tasks) || arguments.has(imitation) {
            throw UsageError.combination(
                "--role and --mismatches measure on pairs, --task and --imitation on something else; run evaluate twice.")
        }
        if let reference = arguments[imitation] { return try await runImitation(reference, arguments, names) }
        if arguments.has(answerTokens) { throw UsageError.combination("--max-new-tokens belongs to --imitation.") }
        guard arguments[tasks].isEmpty else {
            let (results, refusals) = try await measuredTasks(arguments, names, operands: arguments.operands)
            if arguments[json] {
                write(JSONObject([("tasks", .array(taskObjects(results, refusals, arguments)))]).serialized + "\n")
            } else {
                tell(taskText(results, refusals, arguments))
            }
            return .done
        }
        guard !arguments.operands.isEmpty else { throw UsageError.missingOperand("FILE...") }
        try refuseTaskOptions(arguments)
        let wanted = try Evaluation.role(
            arguments[role], of: ModelLocator.roles(of: names.isEmpty ? [nil] : names.map { $0 }, for: arguments[role] ?? .forward))
        let input = try EvaluationInput(arguments.operands, fields: arguments.fieldNames, limit: arguments[SharedOptions.limit])
        let evaluation = try Evaluation(role: wanted, pairs: input.pairs, mismatches: arguments[mismatches])
        var measurements: [Evaluation.Measurement] = []
        for (name, shown) in shownPairs(names) {
            let model = try await ModelLocator.open(name, arguments, for: wanted)
            let title = shown ?? model.card.name
            let progress = CountedProgress("evaluate \(title)", of: input.pairs.count, isQuiet: arguments[SharedOptions.quiet])
            defer { progress.end() }
            measurements.append(
                try await evaluation.measure(model, named: title, concurrency: arguments.requestsInFlight, progress: progress.show))
        }
        let result = try EvaluationResult(measurements, of: evaluation)
        if arguments[json] {
            var object = result.object { input.places[$0] }
            object["refused"] = .array(
                input.refusals.map { .object(["place": .string("\($0.place)"), "reason": .string($0.reason)]) })
            write(object.serialized + "\n")
        } else {
            write(EvaluationReport(result: result, places: input.places).text + input.refused)
        }
        return .done
    }

    /// What is said of pairs without a model.
    private static func surveyData(_ arguments: Arguments) throws -> ExitStatus {
        let others: [any DeclaredOption] = [
            tasks, imitation, models, role, mismatches, shots, shotFiles, training, answerTokens, SharedOptions.limit,
        ]
        if let other = others.first(where: { arguments.has($0) }) {
            throw UsageError.combination("--data asks no model, and \(other.declaration.flag) has no part in it; run evaluate twice.")
        }
        if let first = arguments.operands.first { throw UsageError.combination("give --data \(first), or leave --data out.") }
        let survey = try PairSurvey(
            arguments[data], fields: arguments.fieldNames, humanField: arguments[humanField] ?? "human", passages: arguments[passages])
        if arguments[json] { write(survey.object.serialized + "\n") } else { tell(PairSurveyReport(survey: survey).text) }
        return .done
    }

    private typealias Refusals = [(place: String, reason: String)]

    /// Every task, one model in memory at a time.
    private static func measuredTasks(
        _ arguments: Arguments, _ names: [String], operands: [String]
    ) async throws -> (results: [TaskResult], refusals: [Refusals]) {
        let input = try TaskInput(
            arguments[tasks], operands: operands, limit: arguments[SharedOptions.limit], shots: arguments[shots],
            shotFiles: arguments[shotFiles],
            support: try arguments[training].isEmpty ? nil : TrainingSupport(arguments[training], fields: arguments.fieldNames))
        var measurements = input.tasks.map { _ in [TaskMeasurement]() }
        for (name, shown) in shownPairs(names) {
            let model = try await ModelLocator.open(name, arguments, for: nil)
            for (index, task) in input.tasks.enumerated() {
                measurements[index].append(
                    try await task.measure(model, named: shown ?? model.card.name, concurrency: arguments.requestsInFlight))
            }
        }
        return (try zip(measurements, input.tasks).map { try TaskResult($0, of: $1) }, input.refusals)
    }

    private static func taskObjects(_ results: [TaskResult], _ refusals: [Refusals], _ arguments: Arguments) -> [JSONValue] {
        zip(results, refusals).map { result, refused in
            var object = result.object
            object["shots"] = .integer(arguments[shots])
            object["refused"] = .array(refused.map { .object(["place": .string($0.place), "reason": .string($0.reason)]) })
            return .object(object)
        }
    }

    private static func taskText(_ results: [TaskResult], _ refusals: [Refusals], _ arguments: Arguments) -> String {
        zip(results, refusals).map { TaskReport(result: $0, shots: arguments[shots], refusals: $1).text }.joined(separator: "\n")
    }

    /// Style beside a reference's and, where tasks are given, capability.
    private static func runImitation(_ reference: String, _ arguments: Arguments, _ names: [String]) async throws -> ExitStatus {
        if names.isEmpty, arguments.operands.isEmpty {
            throw UsageError.combination("--imitation needs whom to hold against the reference: --model DIR, or FILE... of stored answers.")
        }
        if names.isEmpty, !arguments[tasks].isEmpty { throw UsageError.combination("--task needs models to ask: give --model DIR.") }
        if arguments[tasks].isEmpty { try refuseTaskOptions(arguments) }
        let told = try StoredAnswer.read(reference)
        let wanted = Array(told.prefix(arguments[SharedOptions.limit] ?? .max))
        var answers: [(name: String, answers: [StoredAnswer])] = []
        for (name, shown) in names.isEmpty ? [] : shownPairs(names) {
            let model = try await ModelLocator.open(name, arguments, for: .forward)
            let answering = Answering(
                model: model, sampling: .greedy(maxNewTokens: arguments[answerTokens]), usesTemplate: true)
            answers.append(
                (
                    shown ?? model.card.name,
                    try await StoredAnswer.asked(wanted, limit: arguments.requestsInFlight) {
                        try await answering.answer($0, key: $0).text
                    }
                ))
        }
        let stored = try arguments.operands.map { try StoredAnswer.read($0) }
        answers += zip(fileNames(arguments.operands), stored).map { ($1.first?.model ?? $0, $1) }
        let result = try ImitationResult(
            reference: (told.first?.model ?? URL(filePath: reference).deletingPathExtension().lastPathComponent, wanted), models: answers)
        let (results, refusals) = arguments[tasks].isEmpty ? ([], []) : try await measuredTasks(arguments, names, operands: [])
        if arguments[json] {
            var object = result.object
            object["verdicts"] = .object(
                JSONObject(
                    result.rows.dropFirst().map { row in
                        (row.name, .string(ImitationReport.verdict(row, results).rawValue))
                    }))
            object["sentences"] = .object(
                JSONObject(
                    result.rows.dropFirst().map { row in
                        let verdict = ImitationReport.verdict(row, results)
                        return (row.name, .string(verdict.sentence(row.name, base: result.rows[0].name, reference: result.reference)))
                    }))
            object["tasks"] = .array(taskObjects(results, refusals, arguments))
            write(object.serialized + "\n")
        } else {
            tell(ImitationReport(result: result, tasks: results).text)
            if !results.isEmpty { tell("\n" + taskText(results, refusals, arguments)) }
        }
        return .done
    }

    private static func refuseTaskOptions(_ arguments: Arguments) throws {
        let options: [any DeclaredOption] = [shots, shotFiles, training]
        if let option = options.first(where: { arguments.has($0) }) {
            throw UsageError.combination("\(option.declaration.flag) belongs to a --task.")
        }
    }

    /// The models to measure and what tables call them; none given is the default one, called by its own name.
    private static func shownPairs(_ names: [String]) -> [(name: String?, shown: String?)] {
        names.isEmpty ? [(nil, nil)] : zip(names, shownNames(names)).map { ($0, $1) }
    }

    /// What answers are called whose records do not say who wrote them: their files' names, or the paths where two are called alike.
    private static func fileNames(_ files: [String]) -> [String] {
        let short = files.map { String(URL(filePath: $0).lastPathComponent.prefix { $0 != "." }) }
        return Set(short).count == files.count ? short : files
    }

    /// What each model is called in the table: the last part of its path, or the path where two are called alike.
    private static func shownNames(_ names: [String]) -> [String] {
        let short = names.map { URL(filePath: $0).lastPathComponent }
        return Set(short).count == names.count ? short : names
    }
}
