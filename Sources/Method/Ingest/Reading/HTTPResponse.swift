import Ground
import Records

/// An HTTP response as an archive holds it: status, the headers that matter, and the body unpacked.
struct HTTPResponse {
    var status = 0
    var contentType = ""
    var optOut: String?
    var body: [UInt8] = []
    /// Set where the body cannot be read.
    var fault: Rejection?

    /// Nil for what does not begin like a response.
    init?(_ bytes: [UInt8], bodyLimit: Int) {
        guard bytes.starts(with: "HTTP/".utf8) else { return nil }
        let start = HTTPResponse.bodyStart(bytes)
        let lines = bytes[..<start].split(separator: 10)
        status =
            lines.first.flatMap { line in
                line.split(separator: 32).dropFirst().first.flatMap { Int(String(decoding: $0.prefix(3), as: UTF8.self)) }
            } ?? 0
        var isChunked = false
        var encodings: [String] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let name = String(decoding: line[..<colon].map(\.loweredASCII), as: UTF8.self)
            let value = PageMetadata.trimmed(String(decoding: line[(colon + 1)...], as: UTF8.self))
            switch name {
            case "content-type": contentType = value
            case "transfer-encoding": isChunked = value.lowercased().contains("chunked")
            case "content-encoding": encodings = value.lowercased().split { $0 == "," || $0 == " " }.map(String.init)
            case "tdm-reservation": if value == "1" { optOut = "tdm_reservation" }
            case "x-robots-tag": if value.lowercased().split(whereSeparator: { !$0.isLetter }).contains("noai") { optOut = "noai" }
            default: break
            }
        }
        body = Array(bytes[start...])
        if isChunked { body = HTTPResponse.unchunked(body) }
        for encoding in encodings.reversed() where fault == nil { unpack(encoding, limit: bodyLimit) }
    }

    var charset: String? {
        // Places in the text in small letters are none in the text: some letters grow.
        let type = contentType.lowercased()
        guard let range = type.firstRange(of: "charset=") else { return nil }
        let value = type[range.upperBound...].prefix { $0 != ";" && $0 != "," && $0 != " " }
        return value.isEmpty ? nil : String(value)
    }

    var mediaType: String { PageMetadata.trimmed(String(contentType.prefix { $0 != ";" }).lowercased()) }

    private static func bodyStart(_ bytes: [UInt8]) -> Int {
        var index = 0
        while index < bytes.count {
            if bytes[index] == 10 {
                if index + 1 < bytes.count, bytes[index + 1] == 10 { return index + 2 }
                if index + 2 < bytes.count, bytes[index + 1] == 13, bytes[index + 2] == 10 { return index + 3 }
            }
            index += 1
        }
        return bytes.count
    }

    /// The body without its chunk lengths; crawlers often store the header of a chunked body with the body put together, so bytes that do
    /// not begin like a chunk stay as they are.
    static func unchunked(_ bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            var length = 0
            var digits = 0
            var end = index
            while end < bytes.count, digits < 9, let digit = bytes[end].hexadecimalDigit.map(Int.init) {
                length = length << 4 | digit
                digits += 1
                end += 1
            }
            while end < bytes.count, bytes[end] != 10, end - index < 200 { end += 1 }
            guard digits > 0, digits < 9, end < bytes.count, bytes[end] == 10 else {
                return output.isEmpty ? bytes : output + bytes[index...]
            }
            if length == 0 { return output }
            let start = end + 1
            let stop = min(bytes.count, start + length)
            output += bytes[start..<stop]
            index = stop
            while index < bytes.count, bytes[index] == 13 || bytes[index] == 10 { index += 1 }
        }
        return output
    }

    private mutating func unpack(_ encoding: String, limit: Int) {
        let format: Inflater.Format
        switch encoding {
        case "gzip", "x-gzip":
            // A crawler that stored the unpacked body left the header as it was.
            guard body.starts(with: [0x1F, 0x8B]) else { return }
            format = .gzip
        case "deflate": format = body.first.map { $0 & 0x0F == 8 } == true ? .zlib : .raw
        case "identity", "none", "": return
        default:
            if body.first == UInt8(ascii: "<") { return }
            fault = Rejection("unknown_encoding", value: .string(encoding))
            return
        }
        var (output, isWhole, isOverLimit) = Inflater.unpack(body, format, limit: limit)
        if output.isEmpty, !isWhole, !isOverLimit, format == .zlib {
            (output, isWhole, isOverLimit) = Inflater.unpack(body, .raw, limit: limit)
        }
        if isOverLimit {
            fault = Rejection("page_too_large", threshold: .integer(limit))
        } else if output.isEmpty, !body.isEmpty {
            if body.first == UInt8(ascii: "<") { return }
            fault = Rejection("damaged_body", value: .string(encoding))
        } else {
            // A body cut by the crawler is read as far as it goes, as browsers do.
            body = output
        }
    }
}
