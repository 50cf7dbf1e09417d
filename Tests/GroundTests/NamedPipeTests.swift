import Foundation
import Ground
import TestSupport
import Testing

@Suite struct NamedPipeTests {
    @Test("a pipe is read from its first byte on, whether its writer comes before or after")
    func read() async throws {
        try await withTemporaryDirectory { folder in
            let pipe = folder.appending(path: "pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            for delay in [0, 300_000] as [UInt32] {
                Thread.detachNewThread {
                    usleep(delay)
                    let number = open(pipe, O_WRONLY)
                    _ = Foundation.write(number, "hello", 5)
                    close(number)
                }
                let file = try Descriptor.reading(pipe)
                var (buffer, count) = ([UInt8](repeating: 0, count: 16), 0)
                while case let found = try file.read(into: &buffer, from: count, offset: count), found > 0 { count += found }
                #expect(String(decoding: buffer[..<count], as: UTF8.self) == "hello")
            }
        }
    }

    @Test("a pipe that nobody reads is refused after some seconds")
    func write() async throws {
        try await withTemporaryDirectory { folder in
            let pipe = folder.appending(path: "pipe").path
            #expect(mkfifo(pipe, 0o600) == 0)
            let error = #expect(throws: FileError.self) { try Descriptor.writing(pipe) }
            #expect("\(error, default: "")".contains("nobody has read"))
        }
    }
}
