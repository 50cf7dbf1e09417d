import Foundation
import Records
import TestSupport
import Testing

@testable import Ingest

@Suite struct XMLDumpTests {
    /// The elements up to the end or the fault, and the fault.
    private func read(_ bytes: some Sequence<UInt8>, name: String = "a.xml") async throws -> ([XMLDump.Element], Rejection?) {
        try await withTemporaryDirectory { folder in
            let place = folder.appending(path: name)
            try Data(bytes).write(to: place)
            let dump = try XMLDump(path: place.path)
            var elements: [XMLDump.Element] = []
            do throws(Rejection) {
                while let element = try dump.nextElement() { elements.append(element) }
            } catch {
                // Behind a fault there is nothing.
                #expect(try dump.nextElement() == nil)
                return (elements, error)
            }
            return (elements, nil)
        }
    }
    private func read(_ text: String) async throws -> ([XMLDump.Element], Rejection?) { try await read(text.utf8) }

    @Test("tells names, depths, lines, places and decoded attributes")
    func elements() async throws {
        let text = "<?xml version=\"1.0\"?>\n<a>\n  <b x='&lt;p&gt;1 &amp; 2&#xA;&#8364;' y:z=\"ü>\"/>text<!-- ' = --><c/>\n</a>\n"
        let (elements, fault) = try await read(text)
        #expect(fault == nil)
        #expect(elements.map(\.name) == ["a", "b", "c"])
        #expect(elements.map(\.depth) == [1, 2, 2])
        #expect(elements.map(\.line) == [2, 3, 3])
        let row = try #require(elements.dropFirst().first)
        #expect(row.string("x") == "<p>1 & 2\n€")
        #expect(row.string("y:z") == "ü>")
        #expect(row.string("z") == nil)
        let piece = String(decoding: Array(text.utf8)[row.range], as: UTF8.self)
        #expect(piece.contains("<b x='&lt;p") && piece.hasSuffix("ü>\""))
    }

    @Test("reads a tag that is longer than the pieces it comes in")
    func longTag() async throws {
        let plain = String(repeating: "word &gt; it's fine. ", count: 50_000)
        let (whole, none) = try await read("<a><b x=\"\(plain)\"/><b x=\"end\"/></a>")
        #expect(none == nil)
        #expect(whole.dropFirst().first?["x"]?.count == 50_000 * "word > it's fine. ".utf8.count)
        #expect(whole.last?.string("x") == "end")
    }

    @Test("hands over what stands before the place where a file ends too early")
    func truncated() async throws {
        let (elements, fault) = try await read("<a>\n<b x='1'/>\n<b x='2'/>\n<b x='3")
        #expect(elements.count == 3)
        #expect(fault?.reason == "not_xml")
        #expect(fault?.value.string?.hasPrefix("line 4: ") == true)
    }

    @Test("refuses document types, so that a billion laughs are none")
    func entityBomb() async throws {
        var bomb = "<!DOCTYPE lolz [<!ENTITY l0 \"lol\">"
        for level in 1..<12 {
            bomb += "<!ENTITY l\(level) \"" + String(repeating: "&l\(level - 1);", count: 10) + "\">"
        }
        let (elements, fault) = try await read(bomb + "]><a><b x=\"&l11;\">&l11;</b></a>")
        #expect(elements.isEmpty)
        #expect(fault?.reason == "xml_document_type")
        let outside = "<!DOCTYPE a SYSTEM \"file:///etc/hostname\" [<!ENTITY e SYSTEM \"file:///etc/hostname\">]><a>&e;</a>"
        #expect(try await read(outside).1?.reason == "xml_document_type")
        #expect(try await read("<a><b x='&unknown;'/></a>").1?.reason == "not_xml")
    }

    @Test("bounds the depth of 100,000 nested tags")
    func nested() async throws {
        let (elements, fault) = try await read(String(repeating: "<a>", count: 100_000))
        #expect(elements.count == XMLDump.deepest)
        #expect(fault == Rejection("xml_too_deep", value: "line 1", threshold: .integer(XMLDump.deepest)))
    }

    @Test("bounds the attributes of a tag before they take time that grows with their square")
    func attributes() async throws {
        let few = (0..<2000).map { "a\($0)='\($0)'" }.joined(separator: " ")
        #expect(try await read("<a><b \(few)/><b \(few)/></a>").1 == nil)
        let many = (0..<1_000_000).map { "a\($0) = '\($0)'" }.joined(separator: " ")
        #expect(try await read("<a \(many)/>").1?.reason == "xml_too_many_attributes")
    }

    @Test("bounds the names that it keeps")
    func names() async throws {
        let many = (0..<100_000).map { "<n\($0)/>" }.joined()
        let (elements, fault) = try await read("<a>\(many)</a>")
        #expect(fault?.reason == "xml_too_many_names")
        #expect(elements.count < XMLDump.mostNames + 10)
    }

    @Test("says that a file is not in UTF-8")
    func encodings() async throws {
        let latin = Array("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<a>\n<b x=\"gr".utf8) + [0xFC, 0xDF] + Array("e\"/></a>".utf8)
        let (elements, fault) = try await read(latin)
        #expect(elements.map(\.name) == ["a"])
        #expect(fault?.reason == "not_xml")
        #expect(fault?.value.string?.contains("UTF-8") == true)
        let wide: [UInt8] = [0xFF, 0xFE] + "<a><b/></a>".utf16.flatMap { unit -> [UInt8] in [UInt8(unit & 0xFF), UInt8(unit >> 8)] }
        #expect(try await read(wide).1?.reason == "xml_not_utf8")
        #expect(try await read(wide.dropFirst(2)).1?.reason == "xml_not_utf8")
    }

    @Test(
        "takes a byte-order mark, and calls what is no XML so",
        arguments: ["", " ", "plain text", "<", "<a", "<a></b>", "<a/><b/>", "\u{1}"])
    func noXML(_ text: String) async throws {
        #expect(try await read([0xEF, 0xBB, 0xBF] + Array("<a/>".utf8)).1 == nil)
        let (_, fault) = try await read(text)
        #expect(fault?.reason == "not_xml")
    }

    @Test("says that a file called .gz is damaged or none")
    func gzip() async throws {
        #expect(try await read("<a/>".utf8, name: "a.xml.gz").1?.reason == "unreadable_file")
        #expect(try await read([0x1F, 0x8B, 8, 0], name: "a.xml.gz").1?.reason == "unreadable_file")
    }
}
