import Foundation
import Ground
import Synchronization

/// What the tool must know of the terminal it may be speaking to.
enum Terminal {
    static var inputIsTerminal: Bool { isatty(STDIN_FILENO) == 1 }
    static var outputIsTerminal: Bool { isatty(STDOUT_FILENO) == 1 }
    static var errorIsTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    /// Columns for text that people read: the terminal's own, within what is pleasant.
    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 100 }
        return min(110, max(60, Int(size.ws_col)))
    }

    /// Lines of the terminal.
    static var height: Int {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_row > 0 else { return 40 }
        return Int(size.ws_row)
    }
}

/// Standard output, and what kept the tool from writing there: it ends the run with a status of its own.
enum StandardOutput {
    private static let failureCode = Mutex<Int32>(0)

    /// Why a write failed, nil where none did. A reader that has gone is no failure.
    static var failure: String? {
        let code = failureCode.withLock { $0 }
        return code == 0 || code == EPIPE ? nil : StandardStreams.reason(code)
    }

    /// Whether nothing more can be written: a loop need not go on.
    static var isClosed: Bool { failureCode.withLock { $0 != 0 } }

    fileprivate static func write(_ text: String) {
        guard !isClosed else { return }
        let bytes = Array(text.utf8)
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeBytes { Foundation.write(STDOUT_FILENO, $0.baseAddress.map { $0 + done }, bytes.count - done) }
            if count >= 0 {
                done += count
            } else if errno != EINTR {
                let code = errno
                return failureCode.withLock { $0 = code }
            }
        }
    }
}

/// Writes data and text of our own to standard output.
func write(_ text: String) { StandardOutput.write(text) }

/// Writes text for people that holds what pages, records, files or servers say.
func tell(_ text: String) { StandardOutput.write(text.safeForTerminal) }

/// Says something to the person who runs the tool.
func complain(_ text: String) {
    StandardStreams.say(text.safeForTerminal + "\n")
}
