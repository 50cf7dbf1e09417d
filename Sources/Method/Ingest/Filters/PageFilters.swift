import Ground
import Records

/// The filters on a page's text before it is cut, each nil where it is off, in the order in which the published pipelines ask.
public struct PageFilters: Sendable {
    public var blockedURLs: URLBlockList?
    public var licences: LicenceList?
    /// Languages that pass, by their codes; nil lets all pass.
    public var languages: Set<String>?
    public var gopherRepetition: GopherRepetitionFilter?
    public var gopherQuality: GopherQualityFilter?
    public var c4: C4Filter?
    public var fineWeb: FineWebFilter?
    /// Those of `IngestOptions`.
    var thresholds = FilterThresholds()

    /// No filter.
    public init() {}

    /// As FineWeb has them (Penedo et al. 2024): English, Gopher's repetition and quality, C4 without its rule on end marks, FineWeb's own.
    public static var fineWeb: PageFilters {
        var filters = PageFilters()
        filters.languages = ["en"]
        filters.gopherRepetition = GopherRepetitionFilter()
        filters.gopherQuality = GopherQualityFilter()
        var c4 = C4Filter()
        c4.needsEndMark = false
        filters.c4 = c4
        filters.fineWeb = FineWebFilter()
        return filters
    }

    /// What makes the filters what they are, for `--resume` and data cards.
    var settings: JSONObject {
        var settings = JSONObject()
        if let blockedURLs { settings["blocked_urls"] = .string(blockedURLs.fingerprint) }
        if let licences { settings["licences"] = .string(licences.fingerprint) }
        if let languages { settings["languages"] = .string(languages.sorted().joined(separator: ",")) }
        if let gopherRepetition { settings["gopher_repetition"] = .object(gopherRepetition.settings) }
        if let gopherQuality { settings["gopher_quality"] = .object(gopherQuality.settings) }
        if let c4 { settings["c4"] = .object(c4.settings) }
        if let fineWeb { settings["fineweb"] = .object(fineWeb.settings) }
        return settings
    }

    private var looksAtText: Bool { gopherRepetition != nil || gopherQuality != nil || c4 != nil || fineWeb != nil }

    /// The page's blocks without the lines that a filter leaves out, or why the page goes as a whole.
    func review(_ page: PageText, url: String?, language: String?) -> Result<[PageText.Block], Rejection> {
        for finding in questionsOfOrigin(page, url: url, language: language) {
            if let rejection = finding.rejection { return .failure(rejection) }
        }
        guard looksAtText else { return .success(page.blocks) }
        var text = FilterText(PageFilters.text(of: page.blocks))
        if let rejection = gopherRepetition?.rules(text).adjusted(by: thresholds).rejection() { return .failure(rejection) }
        if let rejection = gopherQuality?.rules(text, language).adjusted(by: thresholds).rejection() { return .failure(rejection) }
        var blocks = page.blocks
        if let c4 {
            let (finding, isKept) = c4.review(blocks.map(\.text), thresholds)
            if let rejection = finding.rejection { return .failure(rejection) }
            blocks = PageFilters.left(of: blocks, isKept)
            if fineWeb != nil { text = FilterText(PageFilters.text(of: blocks)) }
        }
        if let rejection = fineWeb?.rules(text).adjusted(by: thresholds).rejection() { return .failure(rejection) }
        return .success(blocks)
    }

    /// What every rule finds, also behind one that says no.
    func findings(_ page: PageText, url: String?, language: String?) -> [FilterFinding] {
        var findings = questionsOfOrigin(page, url: url, language: language)
        guard looksAtText else { return findings }
        let text = FilterText(PageFilters.text(of: page.blocks))
        findings += gopherRepetition?.rules(text).adjusted(by: thresholds).findings("gopher-repetition") ?? []
        findings += gopherQuality?.rules(text, language).adjusted(by: thresholds).findings("gopher-quality") ?? []
        var blocks = page.blocks
        if let c4 {
            var (finding, isKept) = c4.review(blocks.map(\.text), thresholds)
            finding.filter = "c4"
            findings.append(finding)
            if !isKept.isEmpty { blocks = PageFilters.left(of: blocks, isKept) }
        }
        findings += fineWeb?.rules(FilterText(PageFilters.text(of: blocks))).adjusted(by: thresholds).findings("fineweb") ?? []
        return findings
    }

    /// Where the page comes from: address, licence, language.
    private func questionsOfOrigin(_ page: PageText, url: String?, language: String?) -> [FilterFinding] {
        var findings: [FilterFinding] = []
        if let blockedURLs, let url {
            findings.append(FilterFinding("blocked URLs", "blocked_url", blockedURLs.rejection(of: url), passed: .string(url)))
        }
        if let licences {
            let licence = page.metadata.licence.map(JSONValue.string) ?? .null
            findings.append(FilterFinding("licences", "licence", licences.rejection(of: page.metadata.licence), passed: licence))
        }
        if let languages {
            var finding = FilterFinding(
                "language", language.map(JSONValue.string) ?? .null, .string(languages.sorted().joined(separator: ",")),
                isPassed: languages.contains(language ?? ""))
            finding.filter = "languages"
            findings.append(finding)
        }
        return findings
    }

    /// What C4 leaves. Headings are no sentences, and code no text: what they head or show is what counts.
    private static func left(of blocks: [PageText.Block], _ isKept: [Bool]) -> [PageText.Block] {
        zip(blocks, isKept).filter { $1 || $0.isHeadingOrCode }.map(\.0)
    }

    /// The text that filters see: a block a line, without marks.
    static func text(of blocks: [PageText.Block]) -> String {
        if blocks.count == 1 { return blocks[0].text }
        var text = ""
        text.reserveCapacity(blocks.reduce(0) { $0 + $1.text.utf8.count + 1 })
        for (index, block) in blocks.enumerated() {
            if index > 0 { text += "\n" }
            text += block.text
        }
        return text
    }
}

extension PageText.Block {
    fileprivate var isHeadingOrCode: Bool {
        switch kind {
        case .heading, .code: true
        default: false
        }
    }
}
