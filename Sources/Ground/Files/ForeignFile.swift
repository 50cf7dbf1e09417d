/// What a file is that holds no records and no page, told by its first bytes, and what to do with it.
public struct ForeignFile: Sendable, Equatable {
    /// "a Parquet file", for instance.
    public let name: String
    /// What makes something of it that can be read.
    public let advice: String

    /// Looks at the first bytes of a file, eight or more where it has them; nil where they may begin a text. The name tells what kind of
    /// zip file it is.
    public init?(_ bytes: some Collection<UInt8>, named path: String = "") {
        guard let found = Self.known.first(where: { bytes.starts(with: $0.beginning) }) else { return nil }
        let ending = path.split(separator: ".").last.map(String.init) ?? ""
        let file = found.file == Self.office ? Self.named(ending) ?? found.file : found.file
        (name, advice) = (file.name, file.advice)
    }

    private init(_ name: String, _ advice: String) {
        self.name = name
        self.advice = advice
    }

    /// A page where records are wanted.
    public static let page = ForeignFile(
        "an HTML or XML page", "`humpback ingest` makes passages of pages; what was meant to be fetched may be an error page")

    private static let office = ForeignFile(
        "a zip file, as .xlsx, .docx, .odt and .epub are", "save a table as .csv, or convert a document: pandoc FILE -t plain -o FILE.txt")
    private static let sheet = "save it as .csv, or: libreoffice --headless --convert-to csv FILE"
    private static let document = "pandoc FILE -t html -o FILE.html makes a page of it"
    private static let table = "python3 -c \"import pandas; pandas.read_"
    private static let rows = "'FILE').to_json('FILE.jsonl', orient='records', lines=True)\" makes JSON lines of it"

    private static let known: [(beginning: [UInt8], file: ForeignFile)] =
        [
            (Array("PAR1".utf8), ForeignFile("a Parquet file", "\(table)parquet(\(rows)")),
            (Array("ARROW1".utf8), ForeignFile("an Arrow file", "\(table)feather(\(rows)")),
            (Array("%PDF-".utf8), ForeignFile("a PDF", "pdftotext FILE FILE.txt makes text of it (apt-get install poppler-utils)")),
            (Array("PK\u{3}\u{4}".utf8), office),
            (Array("PK\u{5}\u{6}".utf8), office),
            (
                [0xD0, 0xCF, 0x11, 0xE0],
                ForeignFile("an old Office file", "save it as .csv or text, or: libreoffice --headless --convert-to csv FILE")
            ),
            (Array("{\\rtf".utf8), ForeignFile("rich text", "pandoc FILE -t plain -o FILE.txt makes text of it")),
            (
                Array("SQLite format 3".utf8),
                ForeignFile("an SQLite database", "sqlite3 -csv -header FILE 'select * from TABLE' > FILE.csv")
            ),
            ([0x28, 0xB5, 0x2F, 0xFD], ForeignFile("packed with Zstandard", "unpack it first: zstd -d FILE")),
            ([0xFD, 0x37, 0x7A, 0x58, 0x5A], ForeignFile("packed with xz", "unpack it first: xz -dk FILE")),
            ([0x37, 0x7A, 0xBC, 0xAF], ForeignFile("a 7z archive", "unpack it first: 7z x FILE")),
            (Array("Rar!\u{1A}".utf8), ForeignFile("a RAR archive", "unpack it first")),
            (Array("GGUF".utf8), ForeignFile("a model (GGUF)", "models are given with --model or --base")),
            ([0x89, 0x48, 0x44, 0x46], ForeignFile("an HDF5 file", "\(table)hdf(\(rows)")),
            ([0x93, 0x4E, 0x55, 0x4D], ForeignFile("a NumPy array", "write its texts as JSON lines")),
            ([0x80, 0x02], ForeignFile("a Python pickle", "write its records as JSON lines")),
            ([0x80, 0x03], ForeignFile("a Python pickle", "write its records as JSON lines")),
            ([0x80, 0x04], ForeignFile("a Python pickle", "write its records as JSON lines")),
            ([0x80, 0x05], ForeignFile("a Python pickle", "write its records as JSON lines")),
            ([0x89, 0x50, 0x4E, 0x47], ForeignFile("a picture", "only text can be read")),
            ([0xFF, 0xD8, 0xFF], ForeignFile("a picture", "only text can be read")),
            (Array("GIF87a".utf8), ForeignFile("a picture", "only text can be read")),
            (Array("GIF89a".utf8), ForeignFile("a picture", "only text can be read")),
            (
                Array("version https://git-lfs".utf8),
                ForeignFile("a pointer of Git LFS, not the file itself", "git lfs pull fetches what it stands for")
            ),
        ] + (1...9).map { (Array("BZh\($0)1AY".utf8), ForeignFile("packed with bzip2", "unpack it first: bzip2 -dk FILE")) }

    /// What is called so but cannot be read, by the end of its name; nil for a name that says nothing.
    public static func named(_ ending: String) -> ForeignFile? {
        switch ending.lowercased() {
        case "pdf": known.first { $0.file.name == "a PDF" }?.file
        case "parquet": known.first { $0.file.name == "a Parquet file" }?.file
        case "arrow", "feather": known.first { $0.file.name == "an Arrow file" }?.file
        case "xlsx", "ods": ForeignFile("a spreadsheet (.\(ending.lowercased()))", sheet)
        case "docx", "odt", "epub": ForeignFile("a document (.\(ending.lowercased()))", document)
        case "pptx": office
        case "doc", "xls", "ppt": known.first { $0.file.name == "an old Office file" }?.file
        case "rtf": known.first { $0.file.name == "rich text" }?.file
        default: nil
        }
    }
}
