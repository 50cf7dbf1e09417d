import Foundation
import Records
import Synchronization

/// Ingest as a stage of the pipe: pages in, passages out in the order of the pages, duplicates taken out in that order.
///
/// The output does not depend on how many pages are worked on at a time, and an interrupted run can be resumed.
public struct IngestStage: Sendable {
    public var paths: [String]
    public var options: IngestOptions

    public init(paths: [String], options: IngestOptions = IngestOptions()) {
        self.paths = paths
        self.options = options
    }

    /// Reads all pages.
    public func run(_ stage: StageOptions) async throws -> StageSummary {
        let ingester = Ingester(options: options)
        let runner = StageRunner(
            stage: "ingest", fingerprint: RecordID.make("ingest", String(describing: options)), options: stage,
            orderedStep: options.deduplicates && !options.wholePage ? Self.deduplication() : nil)
        let (paths, options) = (paths, options)
        return try await runner.run(over: { PageStageSource(try PageSource(paths: paths, options: options)) }) { page in
            ingester.passages(from: page).outcomes
        }
    }

    /// The earliest of equal passages stays; a resumed run knows those that were written.
    private static func deduplication() -> OrderedStep {
        let seen = DeduplicatorState()
        return OrderedStep(review: { [seen.filter($0)] }, remember: { _ = seen.filter(.kept([$0])) })
    }
}

private final class DeduplicatorState: Sendable {
    private let deduplicator = Mutex(ExactDeduplicator())
    func filter(_ outcome: Outcome) -> Outcome { deduplicator.withLock { $0.filter(outcome) } }
}

extension RawPage: StageItem {
    public var identifiers: [String] {
        guard case .record(let object) = form, let id = object["id"]?.string else { return [url ?? "\(source.file) \(source.start)"] }
        return [id]
    }

    public var rejectObject: JSONObject { label }
}

/// Pages as a stage reads them.
private struct PageStageSource: StageSource {
    let totalBytes: Int?
    private var pages: PageSource
    private var position = 0
    private var number = 0
    private var file = ""

    init(_ pages: PageSource) {
        self.pages = pages
        totalBytes = pages.totalBytes
    }

    mutating func next() throws -> SourceItem<RawPage>? {
        guard let page = try pages.nextPage() else { return nil }
        number = page.source.file == file ? number + 1 : 1
        file = page.source.file
        position += page.source.end - page.source.start
        return SourceItem(
            .item(page), place: SourcePlace(file: file, line: number), stamp: stableHash64(page.body), byteCount: 2 * page.body.count + 256,
            position: position)
    }
}
