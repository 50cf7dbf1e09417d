/// Reads the bytes of a page, already UTF-8, into a tree; any bytes at all give a tree, in time proportional to their number.
///
/// It is written here rather than taken from libxml2 because pages are hostile: libxml2 compares every attribute of an element with every
/// other and every stray end tag with the whole stack, and knows HTML only as it was before 2014.
struct HTMLParser {
    /// Bounds on what a page may make us build.
    struct Limits: Sendable {
        /// Open elements; deeper ones become siblings, as in browsers.
        var depth = 512
        var nodes = 1_500_000
        /// Bytes kept of one attribute.
        var attributeBytes = 65_536
    }

    private let bytes: [UInt8]
    private var position = 0
    private var builder: HTMLTreeBuilder
    private let limits: Limits
    private let tags = HTMLTagTable.shared
    private let entities = HTMLEntities.shared
    private let attributeNames = HTMLAttributeName.table

    private init(_ bytes: [UInt8], limits: Limits) {
        self.bytes = bytes
        self.limits = limits
        builder = HTMLTreeBuilder(sizeHint: bytes.count, limits: limits)
    }

    static func parse(_ bytes: [UInt8], limits: Limits = Limits()) -> HTMLTree {
        var parser = HTMLParser(bytes, limits: limits)
        parser.run()
        return parser.builder.finish().showingShadowRoots()
    }

    private mutating func run() {
        let count = bytes.count
        while position < count {
            let start = position
            var hasReference = false
            while position < count, bytes[position] != UInt8(ascii: "<") {
                hasReference = hasReference || bytes[position] == UInt8(ascii: "&")
                position += 1
            }
            if position > start { addText(start..<position, hasReference: hasReference) }
            guard position < count else { return }
            guard !builder.isFull else { return builder.markTruncated() }
            let next = position + 1 < count ? bytes[position + 1] : 0
            if next.isASCIILetter {
                readStartTag()
            } else if next == UInt8(ascii: "/") {
                if position + 2 < count, bytes[position + 2].isASCIILetter { readEndTag() } else { skip(past: UInt8(ascii: ">")) }
            } else if next == UInt8(ascii: "!") {
                skipDeclaration()
            } else if next == UInt8(ascii: "?") {
                skip(past: UInt8(ascii: ">"))
            } else {
                addText(position..<position + 1, hasReference: false)
                position += 1
            }
        }
    }

    // MARK: Text

    private mutating func addText(_ range: Range<Int>, hasReference: Bool) {
        let bytes = bytes
        let entities = entities
        builder.appendText { text in
            if hasReference {
                HTMLParser.decode(bytes, range, entities, inAttribute: false, into: &text)
            } else {
                text += bytes[range]
            }
        }
    }

    private static func decode(
        _ bytes: [UInt8], _ range: Range<Int>, _ entities: HTMLEntities, inAttribute: Bool, into output: inout [UInt8]
    ) {
        var index = range.lowerBound
        while index < range.upperBound {
            let start = index
            while index < range.upperBound, bytes[index] != UInt8(ascii: "&") { index += 1 }
            if index > start { output += bytes[start..<index] }
            if index < range.upperBound {
                index = entities.decode(bytes, at: index, end: range.upperBound, inAttribute: inAttribute, into: &output)
            }
        }
    }

    // MARK: Tags

    /// Reads a name at `position`, giving its hash in small letters.
    private mutating func readName() -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isHTMLSpace || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
            hash = (hash ^ UInt32(byte.loweredASCII)) &* 16_777_619
            position += 1
        }
        return hash
    }

    private mutating func readEndTag() {
        position += 2
        let hash = readName()
        skip(past: UInt8(ascii: ">"))
        builder.end(tags.tag(hash: hash), hash: hash)
    }

    private mutating func readStartTag() {
        position += 1
        let hash = readName()
        let tag = tags.tag(hash: hash)
        let mark = builder.attributeMark
        var scriptType: ScriptType?
        let selfClosing = readAttributes(scriptType: &scriptType)
        guard let selfClosing else { return }
        builder.start(tag, hash: hash, attributes: mark, selfClosing: selfClosing)
        guard !builder.isInForeignContent || tag == .script || tag == .style else { return }
        let traits = tag.traits
        if traits.contains(.raw) || traits.contains(.rawText) {
            let content = skipContent(of: hash)
            if traits.contains(.rawText) {
                addText(content, hasReference: true)
            } else if tag == .script, scriptType == .tex {
                addText(content, hasReference: false)
            } else if tag == .script, scriptType == .structuredData, content.count < 1_000_000 {
                builder.addStructuredData(Array(bytes[content]))
            }
            builder.end(tag, hash: hash)
        } else if tag == .plaintext {
            addText(position..<bytes.count, hasReference: false)
            position = bytes.count
        }
    }

    /// Reads to the end of the tag: whether it closes itself, or nil where the page ends first.
    private mutating func readAttributes(scriptType: inout ScriptType?) -> Bool? {
        var seen: UInt64 = 0
        var slash = false
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: ">") {
                position += 1
                return slash
            }
            if byte.isHTMLSpace || byte == UInt8(ascii: "/") {
                slash = byte == UInt8(ascii: "/")
                position += 1
                continue
            }
            slash = false
            let hash = readAttributeName()
            var value = position..<position
            skipSpace()
            if position < bytes.count, bytes[position] == UInt8(ascii: "=") {
                position += 1
                skipSpace()
                guard let range = readValue() else { return nil }
                value = range
            }
            guard let name = name(hash), seen & (1 << UInt64(name.rawValue)) == 0 else { continue }
            seen |= 1 << UInt64(name.rawValue)
            if value.count > limits.attributeBytes { value = value.lowerBound..<value.lowerBound + limits.attributeBytes }
            if name == .type { scriptType = ScriptType(bytes[value]) }
            let bytes = bytes
            let entities = entities
            builder.addAttribute(name) { HTMLParser.decode(bytes, value, entities, inAttribute: true, into: &$0) }
        }
        return nil
    }

    /// The scripts whose content is read.
    private enum ScriptType {
        case structuredData
        /// A formula that a script would draw.
        case tex

        init?(_ type: ArraySlice<UInt8>) {
            switch type.prefix(19).map(\.loweredASCII) {
            case Array("application/ld+json".utf8) where type.count == 19: self = .structuredData
            case let name where name.starts(with: "math/tex".utf8): self = .tex
            default: return nil
            }
        }
    }

    private func name(_ hash: UInt32) -> HTMLAttributeName? {
        var slot = Int(hash & 255)
        while let name = attributeNames[slot].name {
            if attributeNames[slot].hash == hash { return name }
            slot = (slot + 1) & 255
        }
        return nil
    }

    private mutating func readAttributeName() -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte.isHTMLSpace || byte == UInt8(ascii: ">") || byte == UInt8(ascii: "/") { break }
            if byte == UInt8(ascii: "="), position > start { break }
            hash = (hash ^ UInt32(byte.loweredASCII)) &* 16_777_619
            position += 1
        }
        return hash
    }

    private mutating func skipSpace() { while position < bytes.count, bytes[position].isHTMLSpace { position += 1 } }

    private mutating func readValue() -> Range<Int>? {
        guard position < bytes.count else { return nil }
        let quote = bytes[position]
        if quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") {
            let start = position + 1
            position = start
            while position < bytes.count, bytes[position] != quote { position += 1 }
            guard position < bytes.count else { return nil }
            position += 1
            return start..<position - 1
        }
        let start = position
        while position < bytes.count, !bytes[position].isHTMLSpace, bytes[position] != UInt8(ascii: ">") { position += 1 }
        return start..<position
    }

    // MARK: What is skipped

    private mutating func skip(past byte: UInt8) {
        while position < bytes.count, bytes[position] != byte { position += 1 }
        position = min(position + 1, bytes.count)
    }

    /// Comments end at `-->` or `--!>` (or at once, for `<!-->` and `<!--->`), other declarations at `>`. A CDATA section in foreign content
    /// is text up to `]]>`.
    private mutating func skipDeclaration() {
        let dash = UInt8(ascii: "-")
        if builder.isInForeignContent, bytes[position...].starts(with: "<![CDATA[".utf8) { return readCharacterData() }
        guard position + 3 < bytes.count, bytes[position + 2] == dash, bytes[position + 3] == dash else {
            return skip(past: UInt8(ascii: ">"))
        }
        position += 4
        let start = position
        while position < bytes.count {
            defer { position += 1 }
            guard bytes[position] == UInt8(ascii: ">") else { continue }
            // Right behind its beginning a comment ends at once, with a dash or without.
            if position == start || (position == start + 1 && bytes[start] == dash) { return }
            let last = bytes[position - 1] == UInt8(ascii: "!") ? position - 2 : position - 1
            if last > start, bytes[last] == dash, bytes[last - 1] == dash { return }
        }
    }

    private mutating func readCharacterData() {
        position += 9
        let start = position
        while position < bytes.count {
            if bytes[position] == UInt8(ascii: ">"), position >= start + 2, bytes[position - 1] == UInt8(ascii: "]"),
                bytes[position - 2] == UInt8(ascii: "]")
            {
                addText(start..<position - 2, hasReference: false)
                position += 1
                return
            }
            position += 1
        }
        addText(start..<position, hasReference: false)
    }

    /// Goes behind the end tag with this name: the content before it.
    private mutating func skipContent(of hash: UInt32) -> Range<Int> {
        let start = position
        while position < bytes.count {
            while position < bytes.count, bytes[position] != UInt8(ascii: "<") { position += 1 }
            guard position + 2 < bytes.count else { break }
            guard bytes[position + 1] == UInt8(ascii: "/"), bytes[position + 2].isASCIILetter else {
                position += 1
                continue
            }
            let end = position
            position += 2
            if readName() == hash {
                skip(past: UInt8(ascii: ">"))
                return start..<end
            }
        }
        position = bytes.count
        return start..<bytes.count
    }
}
