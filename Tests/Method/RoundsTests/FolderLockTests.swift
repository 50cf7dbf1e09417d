import Foundation
import TestSupport
import Testing

@testable import Rounds

struct FolderLockTests {
    private func hold(_ folder: URL, _ body: () -> Void) throws {
        let lock = try FolderLock(folder, command: "run")
        withExtendedLifetime(lock, body)
    }

    @Test("a folder has one process at a time, the second is told which, and the lock goes with its holder")
    func one() async throws {
        try await withTemporaryDirectory { folder in
            try hold(folder) {
                _ = #expect { _ = try FolderLock(folder, command: "spin") } throws: {
                    "\($0)".contains("process \(getpid()) (humpback run) is at work in \(folder.path)")
                }
            }
            _ = try FolderLock(folder, command: "spin")
        }
    }
}
