import Foundation

/// What stops ingest before or while it reads its inputs.
public enum IngestError: Error, Sendable, Equatable, CustomStringConvertible, LocalizedError {
    case missing(path: String)
    case unreadable(path: String, why: String)
    case unwritable(path: String, why: String)
    case unknownForm(path: String)
    case nothingToRead(paths: [String])
    /// A Zstandard file where libzstd is not installed.
    case zstandardMissing(path: String)
    /// XML that is no dump of posts: a feed, a site map or anything else.
    case unsupportedXML(path: String, root: String)

    /// What ingest reads of XML.
    static let supportedXML = "the Posts.xml of a Stack Exchange dump, with or without .gz"

    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no such file or folder. Give the pages to read, for instance: humpback ingest pages/"
        case .unreadable(let path, let why): "\(path): cannot be read (\(why)). Check its permissions, or leave it out."
        case .unwritable(let path, let why): "\(path): cannot be written (\(why)). Check that its folder exists and may be written to."
        case .unknownForm(let path):
            "\(path): neither its name nor its first bytes tell what it is. Ingest reads \(PageForm.describedNames); rename it accordingly."
        case .nothingToRead(let paths):
            "\(paths.joined(separator: ", ")): no page in it. Ingest reads \(PageForm.describedNames), in folders at any depth."
        case .zstandardMissing(let path):
            "\(path): it is packed with Zstandard, and \(Zstandard.libraryName) is not on this machine. Install it "
                + "(apt-get install libzstd1), or unpack the file first: zstd -d \(path)"
        case .unsupportedXML(let path, let root):
            "\(path): XML with the root <\(root)>. Of XML, ingest reads \(Self.supportedXML), whose root is <posts>. "
                + "For a feed or a site map, fetch the pages it names and give those."
        }
    }

    public var errorDescription: String? { description }
}
