import CXML
import Glibc
import Ground
import Records

/// The start tags of an XML file, plain or gzip, one after the other in the order of the file.
///
/// Document types are refused, and with them entities; nothing is fetched. Memory: 64 KiB of the file and what its longest tag takes.
final class XMLDump {
    /// An element as its start tag has it.
    struct Element {
        var name: String
        /// 1 for the root.
        var depth: Int
        var line: Int
        /// The bytes of the unpacked file from the end of the tag before it to its own.
        var range: Range<Int>
        fileprivate var bytes: [UInt8] = []
        fileprivate var attributes: [(name: Range<Int>, value: Range<Int>)] = []

        /// The value of an attribute, its references decoded, as UTF-8.
        subscript(name: StaticString) -> ArraySlice<UInt8>? {
            name.withUTF8Buffer { name in
                attributes.first { bytes[$0.name].elementsEqual(name) }.map { bytes[$0.value] }
            }
        }

        func string(_ name: StaticString) -> String? { self[name].map { String(decoding: $0, as: UTF8.self) } }
        func integer(_ name: StaticString) -> Int? { string(name).flatMap { Int($0) } }
    }

    static let deepest = 256
    static let mostAttributes = 2048
    /// Different names of elements and attributes together.
    static let mostNames = 10_000

    private let input: ByteInput
    private let parser: OpaquePointer?
    private var buffer = [UInt8](repeating: 0, count: 1 << 16)
    /// The elements of the piece that was read last, and the first of them that was not handed over.
    private var elements: [Element] = []
    private var next = 0
    private var lastEnd = 0
    private var isAtEnd = false
    private var fault: Rejection?

    init(path: String) throws(FileError) {
        input = try ByteInput(path)
        parser = cxml_new(Self.deepest, Self.mostAttributes, Self.mostNames)
    }

    deinit { cxml_free(parser) }

    /// Bytes read of the file as it lies on disk.
    var position: Int { input.offset }

    /// The next element, or nil at the end; throws once where the file cannot be read on, behind all elements before that place.
    func nextElement() throws(Rejection) -> Element? {
        while true {
            if next < elements.count {
                next += 1
                return elements[next - 1]
            }
            elements.removeAll(keepingCapacity: true)
            next = 0
            if let fault {
                self.fault = nil
                isAtEnd = true
                throw fault
            }
            guard !isAtEnd else { return nil }
            readPiece()
        }
    }

    private func readPiece() {
        let count: Int
        do throws(FileError) {
            count = try input.read(into: &buffer, from: 0)
        } catch {
            fault = Rejection("unreadable_file", value: .string(error.description))
            return
        }
        isAtEnd = count == 0
        guard let parser else {
            fault = Rejection("no_memory", value: "for an XML parser")
            return
        }
        let verdict = buffer.withUnsafeBufferPointer { bytes in
            cxml_feed(parser, bytes.baseAddress, count, Unmanaged.passUnretained(self).toOpaque()) {
                dump, name, attributes, depth, line, end in
                guard let dump, let name else { return }
                Unmanaged<XMLDump>.fromOpaque(dump).takeUnretainedValue().receive(name, attributes, depth: depth, line: line, end: end)
            }
        }
        if verdict != CXML_FINE { fault = Self.rejection(of: verdict, parser) }
    }

    private func receive(
        _ name: UnsafePointer<CChar>, _ attributes: UnsafePointer<UnsafePointer<CChar>?>?, depth: Int, line: Int, end: Int
    ) {
        var element = Element(name: String(cString: name), depth: depth, line: line, range: lastEnd..<max(lastEnd, end))
        lastEnd = element.range.upperBound
        var index = 0
        while let attributes, let name = attributes[index], let value = attributes[index + 1] {
            let start = element.bytes.count
            element.bytes.append(contentsOf: UnsafeRawBufferPointer(start: name, count: strlen(name)))
            let middle = element.bytes.count
            element.bytes.append(contentsOf: UnsafeRawBufferPointer(start: value, count: strlen(value)))
            element.attributes.append((start..<middle, middle..<element.bytes.count))
            index += 2
        }
        elements.append(element)
    }

    private static func rejection(of verdict: cxml_verdict, _ parser: OpaquePointer) -> Rejection {
        let message = String(cString: cxml_message(parser))
        let place = "line \(max(1, cxml_line(parser)))"
        let found = JSONValue.string(message.isEmpty ? place : "\(place): \(message)")
        return switch verdict {
        case CXML_DOCUMENT_TYPE: Rejection("xml_document_type", value: found, threshold: "XML without <!DOCTYPE>")
        case CXML_TOO_DEEP: Rejection("xml_too_deep", value: found, threshold: .integer(deepest))
        case CXML_TOO_MANY_ATTRIBUTES: Rejection("xml_too_many_attributes", value: found, threshold: .integer(mostAttributes))
        case CXML_TOO_MANY_NAMES: Rejection("xml_too_many_names", value: found, threshold: .integer(mostNames))
        case CXML_NOT_UTF8: Rejection("xml_not_utf8", value: found, threshold: "UTF-8")
        default: Rejection("not_xml", value: found)
        }
    }
}
