import Foundation
import Ground

/// What stops ingest before or while it reads its inputs.
public enum IngestError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    case missing(path: String)
    case unreadable(path: String, why: String)
    case unknownForm(path: String)
    /// Nothing that is a page, whatever it is called.
    case foreign(path: String, ForeignFile)
    /// A pipe or a device.
    case notAFile(path: String)
    /// A list that an option names, of pages, words or tests.
    case noList(path: String, why: String)
    /// - Parameter notRead: the files that stand there all the same, by the ends of their names.
    case nothingToRead(paths: [String], notRead: [String: Int] = [:])
    /// XML that is no dump of posts: a feed, a site map or anything else.
    case unsupportedXML(path: String, root: String)

    /// What ingest reads of XML.
    static let supportedXML = "the Posts.xml of a Stack Exchange dump, with or without .gz"

    public var description: String {
        switch self {
        case .missing("-"):
            "ingest reads files and folders, which it may have to read twice, and not standard input; write it to a file first, with the "
                + "ending that tells what it is: ... > pages.jsonl"
        case .missing(let path) where FileStatus.isAddress(path):
            "\(path) is an address, and files are read; fetch it first: wget -E \(path), or a site as an archive: wget -r -l 2 --warc-file=site \(path)"
        case .missing(let path): "\(path): there is no such file or folder. Give the pages to read, for instance: humpback ingest pages/"
        case .unreadable(let path, let why): "\(path): cannot be read (\(why)). Check its permissions, or leave it out."
        case .unknownForm(let path):
            "\(path): neither its name nor its first bytes tell what it is. Ingest reads \(PageForm.describedNames); rename it accordingly."
        case .foreign(let path, let found): "\(path) is \(found.name), and no page; \(found.advice.replacing("FILE", with: path))"
        case .notAFile(let path):
            "\(path) is a pipe or a device, and pages are read from files; write what comes out of it to a file first."
        case .noList(let path, let why): "\(path): cannot be read (\(why)). An option names it; check the path and its permissions."
        case .nothingToRead(let paths, let notRead):
            "\(paths.joined(separator: ", ")): no page in it\(Self.told(notRead)). Ingest reads \(PageForm.describedNames), in folders at any depth."
        case .unsupportedXML(let path, let root):
            "\(path): XML with the root <\(root)>. Of XML, ingest reads \(Self.supportedXML), whose root is <posts>. "
                + "For a feed or a site map, fetch the pages it names and give those."
        }
    }

    /// The files that were met, and what makes pages of some of them.
    private static func told(_ notRead: [String: Int]) -> String {
        guard !notRead.isEmpty else { return "" }
        let sorted = notRead.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let counts = sorted.prefix(5).map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let advice = sorted.lazy.compactMap { ForeignFile.named(String($0.key.drop { $0 == "." }))?.advice }.first
        return ", but \(counts)\(sorted.count > 5 ? " and others" : "")" + (advice.map { " (\($0))" } ?? "")
    }

    public var errorDescription: String? { description }
}
