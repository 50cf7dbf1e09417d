import Foundation
import Ground
import Records
import Synchronization

/// Every answer of a server, written down before it is used, so that a run that is killed asks for none of them again.
///
/// A line for an answer: a hash of what was asked, and what was answered, without the key. A run that resumes takes each line once for a
/// request of the same bytes; what a kill has left of a last line is no answer. The file goes with the run's end. Disk: the answers of the
/// run. Memory: some hundred bytes for each answer of the run before.
public final class AnswerJournal: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        /// Where the answers lie that nobody has taken yet, in their order.
        var places: [String: [Range<Int>]] = [:]
        /// Up to here the file holds whole lines.
        var length = 0
    }

    private let path: String
    private let state: Mutex<State>

    /// - Parameter resumes: whether the answers that are there are to be taken; else the file begins anew with the first answer.
    /// - Throws: `FileError.cannotOpen` for a file that is there and cannot be read, `FileError.inTheWay` for somebody else's.
    public init(path: String, resumes: Bool) throws {
        self.path = path
        state = Mutex(State())
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard let content = try? Data(contentsOf: URL(filePath: path), options: .alwaysMapped) else {
            throw FileError.cannotOpen(file: path, reason: "it cannot be read")
        }
        guard content.isEmpty || content.starts(with: Self.opening) else {
            throw FileError.inTheWay(file: path, what: "the answers of servers")
        }
        guard resumes else { return }
        var read = State()
        while let end = content[read.length...].firstIndex(of: 0x0A) {
            let line = read.length..<end
            if let name = Self.name(in: content[line]) { read.places[name, default: []].append(line) }
            read.length = end + 1
        }
        let found = read
        state.withLock { $0 = found }
    }

    deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

    /// What stands for a request: the path that is asked and every byte of the body.
    static func name(of body: [UInt8], path: String) -> String {
        String(SHA256.hex(Array("\(path)\n".utf8) + body).prefix(32))
    }

    private static let opening = Array(#"{"asked":""#.utf8)
    private static let middle = Array(#"","answer":"#.utf8)

    private static func name(in line: Data) -> String? {
        let (start, length) = (line.startIndex + opening.count, 32)
        guard line.count > opening.count + length + middle.count, line.starts(with: opening),
            line[(start + length)...].starts(with: middle), line.last == 0x7D
        else { return nil }
        return String(decoding: line[start..<start + length], as: UTF8.self)
    }

    /// The answer that was given to this request in the run before; nil where none was, or it has been taken.
    func take(_ name: String) -> JSONObject? {
        let place = state.withLock { state -> Range<Int>? in
            guard var places = state.places[name], !places.isEmpty else { return nil }
            let place = places.removeFirst()
            state.places[name] = places.isEmpty ? nil : places
            return place
        }
        guard let place, let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let start = place.lowerBound + Self.opening.count + name.utf8.count + Self.middle.count
        guard (try? file.seek(toOffset: UInt64(start))) != nil, let bytes = try? file.read(upToCount: place.upperBound - 1 - start) else {
            return nil
        }
        return try? JSONObject(parsing: [UInt8](bytes))
    }

    /// Writes an answer down.
    /// - Throws: `FileError.cannotWrite`.
    func add(_ name: String, _ answer: JSONObject) throws {
        let line = Self.opening + Array(name.utf8) + Self.middle + Array(answer.serialized.utf8) + [0x7D, 0x0A]
        try state.withLock { state in
            if state.descriptor < 0 { state.descriptor = try open(cuttingTo: state.length) }
            var done = 0
            while done < line.count {
                let count = line.withUnsafeBytes { write(state.descriptor, $0.baseAddress.map { $0 + done }, line.count - done) }
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { throw FileError.cannotWrite(file: path, reason: String(cString: strerror(errno))) }
                done += count
            }
            state.length += line.count
        }
    }

    /// Opens the file to add to it; half a line that a kill has left goes.
    private func open(cuttingTo length: Int) throws -> Int32 {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0, ftruncate(descriptor, off_t(length)) == 0 else {
            throw FileError.cannotWrite(file: path, reason: String(cString: strerror(errno)))
        }
        return descriptor
    }

    /// Takes the file away: the run has come to its end.
    public func remove() { unlink(path) }
}
