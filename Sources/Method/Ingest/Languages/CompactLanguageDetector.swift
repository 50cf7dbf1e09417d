import Glibc

/// CLD2, which knows some eighty languages, loaded where Debian's libcld2-0 is installed; nothing needs it to be built.
///
/// Two of its functions take and give plain numbers and pointers alone, so that C++ and C call them alike; their names are as the compiler
/// writes them. They keep nothing between calls, so any thread may call them.
struct CompactLanguageDetector: Sendable {
    static let libraryName = "libcld2.so.0"
    /// Nil where CLD2 is not installed.
    static let shared = CompactLanguageDetector()

    /// (text, its bytes, whether it is plain text, whether the answer can be relied on) to the number of a language.
    private let detectLanguage: @convention(c) (UnsafePointer<UInt8>, Int32, Bool, UnsafeMutablePointer<Bool>) -> Int32
    private let languageCode: @convention(c) (Int32) -> UnsafePointer<CChar>?

    private init?() {
        guard let handle = dlopen(CompactLanguageDetector.libraryName, RTLD_NOW | RTLD_LOCAL),
            let detect = dlsym(handle, "_ZN4CLD214DetectLanguageEPKcibPb"),
            let code = dlsym(handle, "_ZN4CLD212LanguageCodeENS_8LanguageE")
        else { return nil }
        detectLanguage = unsafeBitCast(
            detect, to: (@convention(c) (UnsafePointer<UInt8>, Int32, Bool, UnsafeMutablePointer<Bool>) -> Int32).self)
        languageCode = unsafeBitCast(code, to: (@convention(c) (Int32) -> UnsafePointer<CChar>?).self)
    }

    /// The language of a text, by the first `limit` bytes of it; nil where the answer cannot be relied on.
    func detect(_ text: String, limit: Int = 20_000) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return nil }
            var count = min(bytes.count, limit)
            // A letter is not cut in two.
            while count > 0, count < bytes.count, bytes[count] & 0xC0 == 0x80 { count -= 1 }
            var isReliable = false
            let language = detectLanguage(start, Int32(count), true, &isReliable)
            guard isReliable, let code = languageCode(language) else { return nil }
            let name = String(cString: code)
            return name == "un" ? nil : name
        }
    }
}
