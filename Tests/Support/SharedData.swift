import Foundation

/// The folder of real data that lies beside the project in our workplaces, absent elsewhere.
public enum SharedData {
    /// The project's root, found from this file's own place in the tree.
    public static let projectRoot = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// `../shared/data` from the project's root, or nil where there is none; tests that need it skip then, loudly.
    public static var directory: URL? {
        let place = projectRoot.deletingLastPathComponent().appending(path: "shared/data")
        return FileManager.default.fileExists(atPath: place.path) ? place : nil
    }

    /// Whether the shared data lies here: `@Test(.enabled(if: SharedData.isPresent, "needs ../shared/data"))`.
    public static var isPresent: Bool { directory != nil }
}

/// A folder of its own for one test, removed when `body` returns.
public func withTemporaryDirectory<Result>(_ body: (URL) async throws -> Result) async throws -> Result {
    let place = FileManager.default.temporaryDirectory.appending(path: "humpback-test-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: place) }
    return try await body(place)
}
