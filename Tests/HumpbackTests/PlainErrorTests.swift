import Foundation
import Ground
import TestSupport
import Testing

@testable import humpback

@Suite struct PlainErrorTests {
    @Test("what the system refuses is told by file and reason, without a framework's own text")
    func words() async throws {
        try await withTemporaryDirectory { folder in
            let file = folder.appending(path: "file")
            try Data("x".utf8).write(to: file)
            let attempts: [(String, () throws -> Void)] = [
                ("file", { try FileManager.default.createDirectory(at: file.appending(path: "below"), withIntermediateDirectories: true) }),
                ("absent", { _ = try Data(contentsOf: folder.appending(path: "absent")) }),
                ("absent", { try FileManager.default.moveItem(at: folder.appending(path: "absent"), to: file) }),
                ("absent", { _ = try FileHandle(forReadingFrom: folder.appending(path: "absent")) }),
                (folder.lastPathComponent, { try Data().write(to: folder) }),
            ]
            for (name, attempt) in attempts {
                do {
                    try attempt()
                    Issue.record("\(name) passed")
                } catch {
                    let words = PlainError.words(error)
                    #expect(words.contains(name) || words.count < 60, "\(words)")
                    for mark in ["NS", "Domain", "Code=", "UserInfo", "{", "Cocoa"] { #expect(!words.contains(mark), "\(words)") }
                }
            }
        }
    }

    @Test("permission, a full disk and a disk that is read only come with advice")
    func advice() {
        func error(_ code: CocoaError.Code, _ posix: POSIXErrorCode) -> CocoaError {
            CocoaError(code, userInfo: [NSFilePathErrorKey: "/x/y", NSUnderlyingErrorKey: POSIXError(posix)])
        }
        #expect(PlainError.words(error(.fileWriteNoPermission, .EACCES)).hasPrefix("/x/y: Permission denied; check who may"))
        #expect(PlainError.words(error(.fileWriteOutOfSpace, .ENOSPC)).contains("No space left on device; free some space"))
        #expect(PlainError.words(error(.fileWriteVolumeReadOnly, .EROFS)).contains("name another place"))
    }

    @Test("our own errors keep their words")
    func ours() {
        #expect(PlainError.words(FileError.exists(file: "m")) == "m exists already; name another place, or give --force to replace it")
    }
}
