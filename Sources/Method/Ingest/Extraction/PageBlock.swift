/// A run of text that stands in a block of its own on the page, with what can be counted about it.
struct PageBlock: Sendable {
    enum Kind: UInt8, Sendable {
        case paragraph, heading, item, row, code, term, definition, caption
    }

    /// What encloses the block.
    struct Place: OptionSet, Sendable {
        let rawValue: UInt32
        static let link = Place(rawValue: 1)
        static let nav = Place(rawValue: 2)
        static let header = Place(rawValue: 4)
        static let footer = Place(rawValue: 8)
        static let aside = Place(rawValue: 16)
        static let article = Place(rawValue: 32)
        static let main = Place(rawValue: 64)
        static let table = Place(rawValue: 128)
        static let figure = Place(rawValue: 256)
        static let quote = Place(rawValue: 512)
        static let pre = Place(rawValue: 1024)
        static let heading = Place(rawValue: 2048)
        static let list = Place(rawValue: 4096)
        static let button = Place(rawValue: 8192)
        static let form = Place(rawValue: 16384)
        static let hidden = Place(rawValue: 32768)
        static let articleBody = Place(rawValue: 65536)
        static let figcaption = Place(rawValue: 131_072)
        static let emphasis = Place(rawValue: 262_144)
        static let definitionList = Place(rawValue: 524_288)
        static let address = Place(rawValue: 1_048_576)
        static let details = Place(rawValue: 2_097_152)
        static let ariaHidden = Place(rawValue: 4_194_304)
        static let comment = Place(rawValue: 8_388_608)
        static let dialog = Place(rawValue: 16_777_216)
        static let section = Place(rawValue: 33_554_432)
        static let label = Place(rawValue: 67_108_864)
        static let articleHeader = Place(rawValue: 134_217_728)
        static let noscript = Place(rawValue: 268_435_456)
        /// Behind the 29 that the forest knows: hidden, and nothing on the page shows it.
        static let unseen = Place(rawValue: 536_870_912)
    }

    var kind: Kind
    /// Heading level, or the depth of the list.
    var level: UInt8 = 0
    /// The number of an item of a numbered list; 0 in a list without numbers, and where a page counts from there.
    var ordinal: Int32 = 0
    var isNumbered = false
    var place: Place = []
    /// The element that the block's text lies in directly.
    var node: Int32
    /// The first node of the text.
    var firstNode: Int32
    /// The row of a data table that it belongs to, its cell and its table; -1 outside of data tables.
    var row: Int32 = -1
    var cell: Int32 = -1
    var table: Int32 = -1
    /// The list item whose text it is, or a part of it; -1 outside of lists.
    var item: Int32 = -1
    /// Where the text lies in `PageBlocks.text`.
    var start: Int32
    var end: Int32
    /// Bytes that are neither white space nor inside a link, and those inside.
    var plainBytes: Int32 = 0
    var linkBytes: Int32 = 0
    var emphasisBytes: Int32 = 0
    var linkCount: Int32 = 0
    var nearSignals: ClassSignals = []
    var middleSignals: ClassSignals = []
    var farSignals: ClassSignals = []

    var linkDensity: Double { plainBytes + linkBytes == 0 ? 0 : Double(linkBytes) / Double(plainBytes + linkBytes) }
}

/// The blocks of a page in order, and their texts in one buffer, white space folded.
struct PageBlocks: Sendable {
    var blocks: [PageBlock] = []
    var text: [UInt8] = []
    /// The tables that hold data, by their nodes.
    var tables: [Int32: TableGrid] = [:]

    func bytes(of block: PageBlock) -> ArraySlice<UInt8> { text[Int(block.start)..<Int(block.end)] }
    func string(of block: PageBlock) -> String { String(decoding: bytes(of: block), as: UTF8.self) }
}
