import Foundation
import Ground

/// Where a stage's files stand while they are written: in their places, or beside files whose places they take once they are whole.
struct StagePlaces: Sendable, Equatable {
    /// The output and the file of rejects that were asked for; nil for standard output and for none.
    var output: String?
    var rejects: String?
    /// Whether there is something to replace, so that new files grow beside the old ones.
    var isBeside = false

    /// Files that are whole and about to take the places of others.
    enum Move: String, Sendable {
        /// New files, those of an earlier run.
        case beside
        /// Files in which records were tried again, those in which these are missing.
        case mended
    }

    init(_ options: StageOptions, isBeside: Bool) {
        output = options.output.flatMap { $0 == "-" ? nil : $0 }
        rejects = options.rejects.flatMap { $0 == "-" ? nil : $0 }
        self.isBeside = isBeside
    }

    /// Whether `--force` would write over files that stay until others are whole. Behind a pipe nothing goes on where it stopped, and there
    /// rejects are written where they are.
    static func hasOld(_ options: StageOptions) -> Bool {
        guard let output = options.output, output != "-", FileStatus.isRegularFile(output) || !FileStatus.isAnything(output) else {
            return false
        }
        return [options.output, options.rejects].contains { $0.map { $0 != "-" && FileStatus.isRegularFile($0) } ?? false }
    }

    /// Where the file of this path is written at present. A pipe, a device and the target of a link are written where they are.
    func present(_ path: String) -> String {
        isBeside && path != "-" && FileStatus.mayBeReplaced(path) ? Self.beside(path, "new") : path
    }

    /// Where what is to take this file's place grows.
    func next(_ path: String, _ move: Move) -> String {
        switch move {
        case .beside: Self.beside(path, "new")
        case .mended: Self.beside(present(path), "mended")
        }
    }

    /// Gives whole files their places, as far as that has not happened yet; ends what an earlier run began as well.
    mutating func make(_ move: Move) throws {
        for path in [output, rejects].compactMap(\.self) {
            let (new, old) = (next(path, move), move == .beside ? path : present(path))
            guard FileStatus.isRegularFile(new), FileStatus.mayBeReplaced(old) else { continue }
            FileStatus.copyMode(from: old, to: new)
            guard rename(new, old) == 0 else { throw FileError.cannotWrite(file: old, reason: Descriptor.reason(errno)) }
        }
        if move == .beside { isBeside = false }
    }

    /// A name beside another that ends as it does where the end tells how the file is packed.
    static func beside(_ path: String, _ word: String) -> String {
        path.hasSuffix(".gz") ? "\(path.dropLast(3)).\(word).gz" : "\(path).\(word)"
    }
}
