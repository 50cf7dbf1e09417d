import Foundation
import Ground
import Stages
import Training

/// Which steps of a loop are done and what they were made from, kept in the loop's folder so that a loop that was killed goes on where it
/// stood, and one whose inputs have changed does again what depends on them.
///
/// A step is done when it stands here as done, made from the same declared values and the same contents of the steps it needs, and its
/// output is there. Contents are what files hold: an output that somebody has edited stays as it is, and what is made from it is made again; one
/// that was removed is made again, and where that gives the same bytes nothing else is. What a step had half done from the same values is the
/// step's own affair (stages and trainings resume by themselves); what it had made from others goes first, and only then the journal says that
/// the step has begun: at every moment the journal is true of what lies beside it.
actor RunJournal {
    private struct Entry {
        var from: JSONObject
        var isDone: Bool
        var output: ContentIdentity?
    }

    private let directory: URL
    private let note: @Sendable (String) -> Void
    private var file: URL { directory.appending(path: Self.name) }
    private var steps: [(name: String, entry: Entry)] = []
    /// What the outputs of the steps that are done hold.
    private var contents: [String: String] = [:]

    static let name = "journal.json"
    private static let format = 2

    /// Reads the journal of a loop's folder, if there is one.
    init(directory: URL, note: @escaping @Sendable (String) -> Void = { _ in }) throws {
        self.directory = directory
        self.note = note
        let file = directory.appending(path: Self.name)
        guard FileManager.default.fileExists(atPath: file.path) else { return }
        guard let bytes = FileManager.default.contents(atPath: file.path), let object = try? JSONObject(parsing: [UInt8](bytes)) else {
            throw RoundsError.journalUnreadable(file.path)
        }
        for (name, value) in object["steps"]?.object?.fields ?? [] {
            guard let entry = value.object.flatMap(Self.entry) else { throw RoundsError.journalUnreadable(file.path) }
            steps.append((name, entry))
        }
    }

    /// Does the step unless it is done; a step that throws is not.
    func perform(_ step: LoopStep) async throws {
        let from = try values(of: step)
        let place = directory.appending(path: step.output)
        let isThere = FileManager.default.fileExists(atPath: place.path)
        if let entry = self[step.name] {
            let changes = SettingChanges(from: entry.from, to: from)
            if !changes.isEmpty {
                note("\(step.name): \(entry.isDone ? "done again" : "begun anew"), \(changes.text)")
                try discard(step.output)
            } else if entry.isDone, isThere {
                return try await take(step, entry, at: place)
            } else if entry.isDone {
                note("\(step.name): \(step.output) is gone and is made again")
                try discard(step.output)
            }
        } else if isThere {
            throw RoundsError.unknownOutput(step: step.name, path: place.path)
        }
        if self[step.name].map({ $0.isDone || $0.from != from }) ?? true { try set(step.name, Entry(from: from, isDone: false)) }
        try await work(step)
        let identity = try ContentIdentity(of: place)
        try set(step.name, Entry(from: from, isDone: true, output: identity))
        contents[step.name] = identity.content
    }

    /// How things stand with the step; nothing is changed. Asked in the order of the steps.
    func state(of step: LoopStep) throws -> StepState {
        if let missing = step.needs.first(where: { contents[$0] == nil }) { return .open("after \(missing)") }
        let place = directory.appending(path: step.output)
        guard let entry = self[step.name] else { return .open("not done yet") }
        let changes = SettingChanges(from: entry.from, to: try values(of: step))
        guard changes.isEmpty else { return .open("again: \(changes.text)") }
        guard entry.isDone else { return .begun }
        guard FileManager.default.fileExists(atPath: place.path) else { return .open("again: \(step.output) is gone") }
        contents[step.name] = try ContentIdentity(of: place, known: entry.output).content
        return .done
    }

    private func take(_ step: LoopStep, _ entry: Entry, at place: URL) async throws {
        let identity = try ContentIdentity(of: place, known: entry.output)
        contents[step.name] = identity.content
        guard identity != entry.output else { return }
        if identity.content != entry.output?.content {
            note("\(step.name): \(step.output) was edited; it is taken as it is, and what is made from it is made again")
        }
        var entry = entry
        entry.output = identity
        try set(step.name, entry)
    }

    /// Does the work; where what an earlier run left beside the output belongs to another build or another machine, from the beginning.
    private func work(_ step: LoopStep) async throws {
        do {
            try await step.work()
        } catch StageError.cannotResume(_, let reason) {
            note("\(step.name): begun anew, for it cannot go on (\(reason))")
            try discard(step.output)
            try await step.work()
        } catch TrainingError.otherRun(_, let what) {
            note("\(step.name): begun anew, for its checkpoints are of another training (\(what) differs)")
            try discard(step.output)
            try await step.work()
        }
    }

    /// The declared values of the step, and the contents of what it needs.
    private func values(of step: LoopStep) throws -> JSONObject {
        var from = step.settings
        for need in step.needs {
            guard let content = contents[need] else { preconditionFailure("\(step.name) needs \(need), which comes before it") }
            from[need] = .string(content)
        }
        return from
    }

    private subscript(name: String) -> Entry? { steps.first { $0.name == name }?.entry }

    private func set(_ name: String, _ entry: Entry) throws {
        if let index = steps.firstIndex(where: { $0.name == name }) { steps[index].entry = entry } else { steps.append((name, entry)) }
        let object: JSONObject = [
            "format": .integer(Self.format), "steps": .object(JSONObject(steps.map { ($0.name, .object(Self.object($0.entry))) })),
        ]
        try AtomicFile.write(JSONValue.object(object).serialized + "\n", to: file.path)
    }

    private static func object(_ entry: Entry) -> JSONObject {
        var object: JSONObject = ["from": .object(entry.from), "done": .bool(entry.isDone)]
        if let output = entry.output { object["output"] = .object(output.object) }
        return object
    }

    private static func entry(_ object: JSONObject) -> Entry? {
        guard let isDone = object["done"]?.bool else { return nil }
        // What an earlier version wrote says too little to be gone by: it counts as made from something else.
        return Entry(
            from: object["from"]?.object ?? ["version": "an earlier one"], isDone: isDone,
            output: object["output"]?.object.flatMap(ContentIdentity.init))
    }

    /// Removes what a step has left: its output and what stages and trainings keep beside theirs.
    private func discard(_ output: String) throws {
        for ending in ["", ".progress", ".rejects", ".summary.json", ".training"] {
            try AtomicRemoval.remove(directory.appending(path: output + ending))
        }
    }
}
