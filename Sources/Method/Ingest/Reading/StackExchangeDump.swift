import Ground
import Records

/// The answers in a `Posts.xml` of a Stack Exchange dump as pages, each titled with the question it answers.
///
/// An answer is taken where it was accepted or scored at least 1; the others are passed over. A question stands before its answers, so one
/// pass is enough. Memory: the titles of the questions, about 100 bytes each, whatever the length of the file.
final class StackExchangeDump {
    private struct Question {
        var title: String
        var acceptedAnswer: Int?
    }

    private let path: String
    private let isNamed: Bool
    private let dump: XMLDump
    private var questions: [Int: Question] = [:]
    private var isFinished = false

    /// With `isNamed`, XML of another kind throws; without, for a file met in a folder, it is a broken page.
    init(path: String, isNamed: Bool) throws(IngestError) {
        self.path = path
        self.isNamed = isNamed
        do throws(FileError) {
            dump = try XMLDump(path: path)
        } catch {
            throw .unreadable(path: path, why: error.description)
        }
    }

    /// Bytes read of the file as it lies on disk.
    var position: Int { dump.position }

    /// The next answer, or nil behind the last one. Where the file cannot be read on, a page with the reason comes last.
    func next() throws(IngestError) -> RawPage? {
        while !isFinished {
            let element: XMLDump.Element?
            do throws(Rejection) {
                element = try dump.nextElement()
            } catch {
                isFinished = true
                return broken(0..<dump.position, error)
            }
            guard let element else { break }
            if element.depth == 1, element.name != "posts" {
                isFinished = true
                if isNamed { throw .unsupportedXML(path: path, root: element.name) }
                return broken(
                    element.range,
                    Rejection("unsupported_xml", value: .string("<\(element.name)>"), threshold: .string(IngestError.supportedXML)))
            }
            if element.depth == 2, element.name == "row", let page = page(of: element) { return page }
        }
        return nil
    }

    /// The page of an answer; a question is remembered.
    private func page(of row: XMLDump.Element) -> RawPage? {
        guard let id = row.integer("Id"), let type = row.integer("PostTypeId") else {
            return broken(row.range, Rejection("no_post", value: .string("line \(row.line)"), threshold: "a row with Id and PostTypeId"))
        }
        if type == 1 {
            questions[id] = Question(title: row.string("Title") ?? "", acceptedAnswer: row.integer("AcceptedAnswerId"))
            return nil
        }
        guard type == 2 else { return nil }
        let parent = row.integer("ParentId")
        let question = parent.flatMap { questions[$0] }
        let score = row.integer("Score") ?? 0
        let isAccepted = question?.acceptedAnswer == id
        guard score >= 1 || isAccepted else { return nil }
        guard let parent, let question else {
            return broken(
                row.range, Rejection("no_question", value: .string("line \(row.line): answer \(id)"), threshold: "its question before it"))
        }
        var page = RawPage(source: source(row.range), form: .html, body: Array(row["Body"] ?? []))
        page.charset = "utf-8"
        page.isAllContent = true
        page.fields["id"] = .integer(id)
        page.fields["title"] = .string(question.title)
        page.fields["question_id"] = .integer(parent)
        page.fields["score"] = .integer(score)
        page.fields["is_accepted"] = .bool(isAccepted)
        page.fields["licence"] = .string(row.string("ContentLicense") ?? "CC BY-SA")
        return page
    }

    private func source(_ range: Range<Int>) -> RawPage.Source {
        RawPage.Source(file: path, start: range.lowerBound, end: range.upperBound)
    }

    private func broken(_ range: Range<Int>, _ fault: Rejection) -> RawPage {
        var page = RawPage(source: source(range), form: .html, body: [])
        page.fault = fault
        return page
    }
}
