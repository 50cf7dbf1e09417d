import Foundation
import Ground
import Records
import Stages

/// A task that a user has as files: its questions, and what stands before each.
public struct TaskFile: Sendable {
    /// What it is called in tables: its format, or the file's own name where it is a plain one.
    public private(set) var name: String
    public let format: TaskFormat
    public private(set) var questions: [TaskQuestion] = []
    /// Records that are no questions: where, and why.
    public private(set) var refusals: [(place: String, rejection: Rejection)] = []
    private var shots: [TaskQuestion] = []
    private let shotCount: Int

    /// Reads a task. A folder stands for the tables and JSON files in it, a file's name for its subject (`anatomy_test.csv`).
    ///
    /// - Parameters:
    ///   - paths: its files or folders, at least one.
    ///   - format: how it is asked; nil reads it from the fields of the first question.
    ///   - limit: how many questions of each file are taken, from the first on.
    ///   - shots: how many questions with their answers stand before each question: the first of the same subject in `shotPaths`.
    /// - Throws: `TaskError` for a file without a question, for files of two tasks, and for too few shots.
    public init(
        _ paths: [String], as format: TaskFormat? = nil, limit: Int? = nil, shots count: Int = 0, from shotPaths: [String] = []
    ) throws {
        let files = try paths.flatMap(Self.files)
        var known = format
        var records: [(file: String, all: [InputRecord])] = []
        for file in files {
            let all = try Self.records(of: file)
            known = known ?? all.lazy.compactMap { TaskFormat.of($0.object) }.first
            records.append((file, all))
        }
        guard let known else {
            throw TaskError.noQuestion(
                file: files.first ?? paths.joined(separator: ", "), reasons: records.allSatisfy(\.all.isEmpty) ? "it is empty" : nil,
                fields: records.lazy.compactMap { $0.all.first?.object.fieldList }.first)
        }
        self.format = known
        name = [.choices, .answers].contains(known) ? Self.subject(of: files[0]) ?? known.rawValue : known.rawValue
        shotCount = count
        for (file, all) in records {
            let (found, refused) = try Self.questions(all, of: file, known)
            guard !found.isEmpty else {
                throw TaskError.noQuestion(
                    file: file,
                    reasons: all.isEmpty ? "it is empty" : EvaluationResult.reasons(refused.map(\.rejection.reason)),
                    fields: all.first?.object.fieldList)
            }
            questions += found.prefix(limit ?? .max)
            refusals += refused
        }
        guard count > 0 else { return }
        if known.hasOwnShots { throw TaskError.ownShots(known) }
        guard !shotPaths.isEmpty else { throw TaskError.noShots(wanted: count, subject: nil, found: nil) }
        for file in try shotPaths.flatMap(Self.files) { shots += try Self.questions(Self.records(of: file), of: file, known).questions }
        for question in questions {
            let found = self.shots(for: question).count
            if found < count { throw TaskError.noShots(wanted: count, subject: question.subject, found: found) }
        }
    }

    /// What a model is given: the description, the shots, the question.
    public func prompt(of question: TaskQuestion) -> String {
        let told = shots(for: question).map { $0.prompt + " " + $0.shown + format.shotEnd }.joined()
        return format.description(subject: question.subject) + told + question.prompt
    }

    /// The same task of some of its questions, under another name; nil where there are none.
    func part(_ name: String, _ questions: [TaskQuestion]) -> TaskFile? {
        guard !questions.isEmpty else { return nil }
        var part = self
        (part.name, part.questions, part.refusals) = (name, questions, [])
        return part
    }

    /// Whether every question's choices are of one length, so that dividing by it changes nothing.
    var choicesAreAlike: Bool {
        questions.allSatisfy { question in
            guard case .choice(let choices, _) = question.wanted else { return true }
            return Set(choices.map(\.utf8.count)).count == 1
        }
    }

    public var measures: [TaskMeasure] { format.measures(choicesAreAlike: choicesAreAlike) }

    /// The share of right answers by guessing; nil where answers are written.
    public var chance: Double? {
        let shares = questions.compactMap { question -> Double? in
            guard case .choice(let choices, let right) = question.wanted else { return nil }
            return Double(right.count) / Double(choices.count)
        }
        return shares.count == questions.count ? shares.reduce(0, +) / Double(shares.count) : nil
    }

    /// The first ones of the same subject that are not the question itself.
    private func shots(for question: TaskQuestion) -> ArraySlice<TaskQuestion> {
        guard shotCount > 0 else { return [] }
        let same = shots.lazy.filter { ($0.subject == question.subject || format != .mmlu) && $0.prompt != question.prompt }
        return Array(same.prefix(shotCount))[...]
    }

    // MARK: Reading

    private static func files(_ path: String) throws -> [String] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue else { return [path] }
        let kinds = ["csv", "tsv", "jsonl", "json"]
        let found = try FileManager.default.contentsOfDirectory(atPath: path).sorted().filter { name in
            let plain = name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
            return kinds.contains { plain.hasSuffix("." + $0) }
        }
        guard !found.isEmpty else { throw TaskError.emptyFolder(path) }
        return found.map { URL(filePath: path).appending(path: $0).relativePath }
    }

    /// The records of a file. MMLU as its authors give it has no row of names: question, four choices and a letter; its subject is the
    /// file's name.
    private static func records(of file: String) throws -> [InputRecord] {
        let records = try RecordSource.readAll([file])
        guard let first = records.first else { return [] }
        let names = first.object.keys
        guard names.count == 6, let last = names.last, ["A", "B", "C", "D"].contains(last) else { return records }
        let place = SourcePlace(file: first.place.file, line: 1)
        let subject = subject(of: file) ?? ""
        let rows = [(names, place)] + records.map { ($0.object.fields.map { $0.value.string ?? "" }, $0.place) }
        return rows.map { cells, place in
            let fields = zip(["question", "choice0", "choice1", "choice2", "choice3"], cells).map { ($0, JSONValue.string($1)) }
            let letter = cells.last.flatMap { ["A", "B", "C", "D"].firstIndex(of: $0) }
            let rest = [("answer", letter.map { JSONValue.integer($0) } ?? .null), ("subject", .string(subject))]
            return InputRecord(JSONObject(fields + rest), place: place)
        }
    }

    private static func questions(
        _ records: [InputRecord], of file: String, _ format: TaskFormat
    ) throws -> (questions: [TaskQuestion], refusals: [(place: String, rejection: Rejection)]) {
        var (questions, refusals): ([TaskQuestion], [(place: String, rejection: Rejection)]) = ([], [])
        let subject = format == .mmlu ? subject(of: file) : nil
        for record in records {
            do {
                questions.append(try TaskQuestion(record.object, format, place: "\(record.place)", subject: subject))
            } catch let rejection as Rejection {
                refusals.append(("\(record.place)", rejection))
            }
        }
        return (questions, refusals)
    }

    /// What a file's name says: without its endings and the part of the data that it is.
    private static func subject(of file: String) -> String? {
        let name = URL(filePath: file).lastPathComponent
        let plain = name.prefix { $0 != "." }
        let part = ["_test", "_dev", "_val", "_train"].first { plain.hasSuffix($0) } ?? ""
        let subject = plain.dropLast(part.count)
        return subject.isEmpty ? nil : String(subject)
    }
}

/// Why a task cannot be set.
public enum TaskError: Error, Sendable, CustomStringConvertible {
    case noQuestion(file: String, reasons: String?, fields: String?)
    case emptyFolder(String)
    case ownShots(TaskFormat)
    /// - Parameter found: how many there are; nil where no file of them is given.
    case noShots(wanted: Int, subject: String?, found: Int?)
    case nothingMeasured(task: String, questions: Int, reasons: String)

    public var description: String {
        switch self {
        case .noQuestion(let file, let reasons, let fields):
            "\(file): no record in it is a question\(reasons.map { " (\($0))" } ?? "")"
                + (fields.map { "; the first has the fields \($0)" } ?? "")
                + ". Give records with question, choices (a list, or choice0, choice1 and so on) and answer (a place from 0, a letter, or the "
                + "choice's text), or with question and answer, or one of the tasks "
                + TaskFormat.allCases.map(\.rawValue).joined(separator: ", ") + " as its authors give it."
        case .emptyFolder(let folder): "\(folder): there is no .csv, .tsv, .jsonl or .json file in it."
        case .ownShots(let format): "\(format.rawValue) has six shots of its own in its prompt; leave --shots out."
        case .noShots(let wanted, _, nil):
            "--shots \(wanted) needs --shots-file FILE: questions with answers that are not those of the task (of MMLU its dev files)."
        case .noShots(let wanted, let subject, let found?):
            "--shots \(wanted): the shots file has only \(found) questions\(subject.map { " about \($0)" } ?? ""); give fewer shots or "
                + "another file."
        case .nothingMeasured(let task, let questions, let reasons):
            "\(task): not one of the \(questions) questions could be put (\(reasons)); give fewer --shots, or a model with a longer context."
        }
    }
}
