import Foundation

/// Errors of the system in our words: the file, what it says, and what to do; never the text of a framework.
enum PlainError {
    static func words(_ error: any Error) -> String {
        guard let (place, code) = cause(of: error) else {
            // Our own errors say themselves what is wrong. Foundation's have a text of their own that is for people.
            return error is CocoaError || error is URLError || error is POSIXError ? error.localizedDescription : "\(error)"
        }
        let reason = String(cString: strerror(code))
        return (place.map { "\($0): " } ?? "") + reason + advice(code)
    }

    /// The file and the number of what the system refused.
    private static func cause(of error: any Error) -> (place: String?, code: Int32)? {
        if let error = error as? CocoaError {
            let place = error.filePath ?? error.url?.path
            let posix = error.underlying as? POSIXError
            return (posix?.code.rawValue ?? number(error.code)).map { (place, $0) }
        }
        if let error = error as? POSIXError { return (nil, error.code.rawValue) }
        let bridged = error as NSError
        guard bridged.domain == NSPOSIXErrorDomain else { return nil }
        return (bridged.userInfo[NSFilePathErrorKey] as? String, Int32(truncatingIfNeeded: bridged.code))
    }

    private static func number(_ code: CocoaError.Code) -> Int32? {
        switch code {
        case .fileReadNoPermission, .fileWriteNoPermission: EACCES
        case .fileReadNoSuchFile, .fileNoSuchFile: ENOENT
        case .fileWriteFileExists: EEXIST
        case .fileWriteOutOfSpace: ENOSPC
        case .fileWriteVolumeReadOnly: EROFS
        case .fileReadTooLarge: EFBIG
        default: nil
        }
    }

    private static func advice(_ code: Int32) -> String {
        switch code {
        case EACCES, EPERM: "; check who may read and write there, or name another place"
        case ENOSPC, EDQUOT: "; free some space, then run the same command again"
        case EROFS: "; nothing can be written there, name another place"
        case ENOENT: "; check the path"
        default: ""
        }
    }
}
