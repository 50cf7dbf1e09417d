import Foundation
import Ground
import Records
import Stages

/// The way of one record through the files of a run: its page, its passage, its pairs, their scores, and what became of them.
///
/// The files are read twice, first to learn which passages are meant, then to find all that was made of them. Memory holds what was found.
public struct Trace: Sendable {
    /// One record on the way.
    public struct Event: Sendable {
        public let file: String
        public let line: Int
        public let record: JSONObject
        let kind: RecordKind
        /// Where the same record stands again, byte for byte.
        public fileprivate(set) var copies: [Place] = []

        /// A line of a file.
        public struct Place: Sendable, Equatable {
            public let file: String
            public let line: Int
        }

        /// The files that hold it.
        var files: [String] { [file] + copies.map(\.file) }

        /// What happened there, in a word or two.
        public var step: String {
            switch kind {
            case .passage: "passage"
            case .pair: "pair"
            case .kept: "kept"
            case .unselected: "rated, not selected"
            case .rewritten: "rewritten"
            case .preference: "preference"
            case .seed: "seed pair"
            case .reject: "\(record["kind"]?.string ?? "dropped") by \(record["rejected_by"]?.string ?? "a stage")"
            default: kind.rawValue
            }
        }

        /// Where on the way from page to preference it stands.
        var stage: Int {
            switch kind {
            case .reject: ["ingest": 0, "augment": 2, "curate": 4, "select": 4, "rewrite": 6][record["rejected_by"]?.string ?? ""] ?? 6
            case .passage: 1
            case .pair, .seed: 3
            case .kept, .unselected: 5
            default: 6
            }
        }
    }

    /// All there is of one passage, or of one pair without a passage.
    public struct Way: Sendable {
        public let id: String
        public fileprivate(set) var events: [Event]
    }

    public private(set) var ways: [Way] = []
    /// Models of the run's folder that learned from a file in which a traced record was kept, by the names that the loops give.
    public private(set) var learners: [(model: String, file: String)] = []

    static let mostMatches = 1000
    private static let shortestPrefix = 4

    /// Follows `query`: an id, a passage's id, the beginning of one, or a page's address or file.
    ///
    /// Throws `TraceError` where nothing has it, or where the beginning fits several passages.
    public init(_ query: String, in run: RunFiles) throws {
        let files = run.files.filter { $0.model == nil }
        if let piped = files.first(where: { $0.path == "-" }) { throw TraceError.pipe(piped.label) }
        var meant = [String: Match](), order: [String] = []
        try Self.forEach(in: files) { _, _, record in
            guard let match = Self.match(query, record) else { return }
            let key = Self.key(of: record)
            if meant[key] == nil {
                guard order.count < Self.mostMatches else { throw TraceError.tooMany(query, Self.mostMatches) }
                order.append(key)
            }
            meant[key] = max(meant[key] ?? match, match)
        }
        guard let best = meant.values.max() else { throw TraceError.notFound(query, files.map(\.label)) }
        let chosen = order.filter { meant[$0] == best }
        if best == .beginning, chosen.count > 1 { throw TraceError.ambiguous(query, chosen) }
        let places = Dictionary(chosen.enumerated().map { ($1, $0) }, uniquingKeysWith: { one, _ in one })
        ways = chosen.map { Way(id: $0, events: []) }
        try Self.forEach(in: files) { file, line, record in
            guard let place = places[Self.key(of: record)], ways[place].events.count < Self.mostMatches else { return }
            if let same = ways[place].events.firstIndex(where: { $0.record == record }) {
                ways[place].events[same].copies.append(Event.Place(file: file, line: line))
                return
            }
            let kind = RecordKind.of(record)
            ways[place].events.append(Event(file: file, line: line, record: record, kind: kind))
        }
        for place in ways.indices {
            // A stable order: by the stage, then as the files and their lines were read.
            let sorted = ways[place].events.enumerated().sorted { ($0.element.stage, $0.offset) < ($1.element.stage, $1.offset) }
            ways[place].events = sorted.map(\.element)
        }
        learners = Self.learners(of: ways, among: run.models.map(\.label))
    }

    /// How well a record fits what was asked for.
    private enum Match: Int, Comparable {
        case beginning, place, identifier
        static func < (one: Match, other: Match) -> Bool { one.rawValue < other.rawValue }
    }

    private static func match(_ query: String, _ record: JSONObject) -> Match? {
        let ids = ["id", "passage_id", "source_id"].compactMap { record[$0]?.string ?? record[$0]?.integer.map(String.init) }
        if ids.contains(query) { return .identifier }
        let file = record["source"]?.object?["file"]?.string ?? record["path"]?.string
        if record["url"]?.string == query || file == query || file.map(HTMLText.lastPart) == query { return .place }
        guard query.utf8.count >= shortestPrefix, ids.contains(where: { $0.hasPrefix(query) }) else { return nil }
        return .beginning
    }

    /// What belongs together: the passage's id, in a passage and in what was made of it.
    private static func key(of record: JSONObject) -> String {
        if let passage = record["passage_id"]?.string { return passage }
        if let id = record["id"]?.string ?? record["id"]?.integer.map(String.init) { return id }
        return record["url"]?.string ?? record["source"]?.object?["file"]?.string ?? RecordID.make(record.serialized)
    }

    private static func forEach(in files: [RunFiles.File], _ body: (String, Int, JSONObject) throws -> Void) throws {
        var seen = 0
        for file in files {
            var source = try RecordSource([file.path])
            while let item = try source.next() {
                seen += 1
                if seen.isMultiple(of: 1024) { try Task.checkCancellation() }
                if case .item(let record) = item.content { try body(file.label, item.place.line, record.object) }
            }
        }
    }

    /// In the loops' folders curatedN.jsonl and preferencesN.jsonl are what MN learns from, the preferences of iterations before too.
    private static func learners(of ways: [Way], among models: [String]) -> [(model: String, file: String)] {
        let files = ways.flatMap(\.events).filter { $0.kind == .kept || $0.kind == .preference }.flatMap(\.files)
        var found: [(String, String)] = []
        for file in files where !found.contains(where: { $0.1 == file }) {
            let name = HTMLText.lastPart(file)
            for beginning in ["curated", "preferences"] where name.hasPrefix(beginning) {
                let digits = name.dropFirst(beginning.count).prefix { $0.isNumber }
                let model = String(file.dropLast(name.count)) + "M" + String(digits)
                if !digits.isEmpty, models.contains(model) { found.append((model, file)) }
            }
        }
        return found.map { (model: $0.0, file: $0.1) }
    }
}

/// Why a record cannot be followed.
public enum TraceError: Error, Equatable, CustomStringConvertible {
    case notFound(String, [String])
    case ambiguous(String, [String])
    case tooMany(String, Int)
    case pipe(String)

    public var description: String {
        switch self {
        case .notFound(let query, let files):
            "no record has the id, passage id, address or file \(query), nor begins an id with it, in "
                + "\(files.prefix(6).joined(separator: ", "))\(files.count > 6 ? " and \(files.count - 6) more" : ""); give more files of the run, its "
                + "rejects too, or the run's folder"
        case .ambiguous(let query, let ids):
            "\(ids.count) ids begin with \(query): \(ids.prefix(8).joined(separator: ", "))\(ids.count > 8 ? ", ..." : ""); give more of it"
        case .tooMany(let query, let count): "more than \(count) passages fit \(query); give an id"
        case .pipe(let name): "\(name) cannot be read twice, as a trace must; write the records to a file"
        }
    }
}
