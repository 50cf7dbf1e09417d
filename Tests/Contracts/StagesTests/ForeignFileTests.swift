import Foundation
import Ground
import TestSupport
import Testing

@testable import Stages

@Suite struct ForeignFileTests {
    @Test(
        "files that hold no records are named, with what makes records of them",
        arguments: [
            ([0x50, 0x41, 0x52, 0x31, 0x15, 0x04], "seed.parquet", "a Parquet file", "pandas.read_parquet"),
            (Array("%PDF-1.7".utf8), "book.pdf", "a PDF", "pdftotext"),
            (Array("PK\u{3}\u{4}".utf8), "seed.XLSX", "a spreadsheet (.xlsx)", ".csv"),
            (Array("PK\u{3}\u{4}".utf8), "text.docx", "a document (.docx)", "pandoc"),
            (Array("PK\u{3}\u{4}".utf8), "all.zip", "a zip file", ".csv"),
            ([0xD0, 0xCF, 0x11, 0xE0, 0xA1], "old.xls", "an old Office file", "libreoffice"),
            ([0x28, 0xB5, 0x2F, 0xFD], "a.jsonl.zst", "packed with Zstandard", "zstd -d"),
            (Array("BZh91AY&SY".utf8), "a.jsonl.bz2", "packed with bzip2", "bzip2 -dk"),
            (Array("version https://git-lfs.github.com/spec/v1".utf8), "a.jsonl", "a pointer of Git LFS", "git lfs pull"),
            (Array("ARROW1\0\0".utf8), "data-00000.arrow", "an Arrow file", "read_feather"),
        ] as [([UInt8], String, String, String)])
    func foreign(_ bytes: [UInt8], _ name: String, _ called: String, _ advice: String) async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: name)
            try Data(bytes + [UInt8](repeating: 7, count: 100)).write(to: file)
            let error = #expect(throws: StageError.self) { try RecordSource.readAll([file.path]) }
            let words = error.map { "\($0)" } ?? ""
            #expect(words.contains(called) && words.contains(advice) && words.contains(name), "\(words)")
            #expect(!words.contains("FILE"))
        }
    }

    @Test("a page where records are wanted is told, and a text that begins like a name is none of these")
    func pages() async throws {
        try await withTemporaryDirectory { folder in
            let page = folder.appending(path: "seed.jsonl")
            for text in ["<!DOCTYPE html><title>404</title>", "\n <html>", "<?xml version='1.0'?>"] {
                try Data(text.utf8).write(to: page)
                let error = #expect(throws: StageError.self) { try RecordSource.readAll([page.path]) }
                #expect("\(error, default: "")".contains("an HTML or XML page"))
            }
        }
        for text in ["ORCHIDS need light.", "GIFs and PNGs", "Rare! books", "BZh is no word", "Pkg", "{\"text\":1}", ""] {
            #expect(ForeignFile(text.utf8) == nil, "\(text)")
        }
    }

    @Test("an address is no file, whatever its scheme")
    func addresses() {
        for address in ["http://a.b/c.jsonl", "https://huggingface.co/datasets/a/b", "s3://bucket/a.jsonl", "HTTPS://A.B"] {
            #expect(throws: FileError.address(address)) { try RecordSource([address]) }
        }
        #expect(!FileStatus.isAddress("http.jsonl") && !FileStatus.isAddress("a/http://b"))
    }
}
