import Foundation
import Ingest

/// A language as an option names it: a code of ISO 639, which somebody can tell.
struct LanguageCode {
    let code: String

    /// - Parameter detection: what shall tell the language of texts; nil where nothing needs to.
    init(_ word: String, toldBy detection: IngestOptions.LanguageDetection? = nil, flag: String = "--language") throws(UsageError) {
        let lower = word.lowercased()
        guard Self.exists(lower) || (detection == .cld2 && Self.older.contains(lower)) else {
            let meant = Self.code(ofName: lower).map { " \(word) is \($0)." } ?? ""
            throw .combination("\(flag) \(word) is no language that there is; it takes a code of ISO 639, such as en or de.\(meant)")
        }
        if detection == .builtIn, !IngestOptions.LanguageDetection.builtInCodes.contains(lower) {
            throw .combination(
                "\(flag) \(word): the built-in detector tells \(IngestOptions.LanguageDetection.builtInCodes.joined(separator: ", ")), and every page "
                    + "would be dropped; --language-detector cld2 tells some eighty languages.")
        }
        code = word.contains("-") ? word : lower
    }

    private static func exists(_ code: String) -> Bool {
        let first = code.split(separator: "-", omittingEmptySubsequences: false).first.map(String.init) ?? ""
        return (2...3).contains(first.count) && Locale.LanguageCode(first).isISOLanguage
    }

    /// Codes of CLD2 that ISO 639 has replaced.
    private static let older: Set = ["iw", "jw", "mo", "bh", "in", "ji", "sh"]

    /// The code of a language that is called so in English.
    private static func code(ofName name: String) -> String? {
        let english = Locale(identifier: "en")
        return Locale.LanguageCode.isoLanguageCodes.lazy.map(\.identifier).filter { $0.count == 2 }
            .first { english.localizedString(forLanguageCode: $0)?.lowercased() == name }
    }
}
