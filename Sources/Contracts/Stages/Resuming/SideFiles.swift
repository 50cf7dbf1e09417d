import Ground

/// The files that a stage keeps beside its output and its rejects while it runs, and whose they are.
///
/// A name that was made of another may be a file of the user's. What Humpback wrote there is told by FILE.progress, which is its own form
/// and says what grows beside; whatever else stands there is refused, with `--force` too, which replaces what was asked for alone.
public enum SideFiles {
    /// What tells how far a file has come.
    public static func note(of output: String) -> String { ProgressFile.path(beside: output) }

    /// All names that may be written beside an output.
    public static func names(besideOutput path: String) -> [String] { names(besideRejects: path) + [note(of: path)] }

    /// All names that may be written beside a file of rejects.
    public static func names(besideRejects path: String) -> [String] {
        let new = StagePlaces.beside(path, "new")
        return [new, StagePlaces.beside(path, "mended"), StagePlaces.beside(new, "mended")]
    }

    /// Throws where a file stands that no note describes.
    ///
    /// - Parameters:
    ///   - path: a file that is written only where `output` has a note, so that without one it is somebody's.
    ///   - what: what would be written there, in words.
    /// - Throws: `FileError.inTheWay`.
    public static func requireNote(of output: String, for path: String, _ what: String) throws {
        if try ProgressFile.read(beside: output) == nil, !FileStatus.isFree(path) { throw FileError.inTheWay(file: path, what: what) }
    }

    /// Throws where files would grow in the place of somebody's.
    ///
    /// - Parameter note: what stands beside the output, which says whether an earlier run's files are there.
    static func check(_ places: StagePlaces, _ move: StagePlaces.Move, note: ProgressFile?) throws(FileError) {
        for (path, isNoted) in [(places.output, true), (places.rejects, note?.rejectsPath == places.rejects)] {
            guard let path, FileStatus.mayBeReplaced(move == .beside ? path : places.present(path)) else { continue }
            let next = places.next(path, move)
            let isOurs =
                switch move {
                case .beside: note.map { $0.isBeside || $0.due == .beside } ?? false
                case .mended: note.map { $0.isMending || $0.due == .mended } ?? false
                }
            if FileStatus.isFree(next) || (isNoted && isOurs && FileStatus.mayBeReplaced(next)) { continue }
            throw .inTheWay(file: next, what: "what is to take the place of \(path)")
        }
    }
}
