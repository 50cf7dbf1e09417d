import Foundation

/// Standard input, output and error: what must hold of them before anything else is opened.
public enum StandardStreams {
    /// Gives a stream that came closed a place of its own, so that no file opened later takes its number and receives messages, or records,
    /// that were meant for somebody else. Reading and writing there fail, as on what is closed; messages go nowhere.
    public static func hold() {
        for (number, mode) in [(STDIN_FILENO, O_WRONLY), (STDOUT_FILENO, O_RDONLY), (STDERR_FILENO, O_WRONLY)]
        where fcntl(number, F_GETFD) < 0 && errno == EBADF {
            // The lowest free number is this one.
            _ = open("/dev/null", mode)
        }
    }

    /// Says something to the person who runs the tool, as far as there is somebody: a full disk or a closed pipe behind standard error
    /// keeps no work from being done.
    public static func say(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }

    /// What a failed system call on one of them says.
    public static func reason(_ code: Int32) -> String { code == EBADF ? "it is closed" : String(cString: strerror(code)) }
}
