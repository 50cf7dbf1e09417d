/// What ingest does, with the defaults of the preset `humpback`.
public struct IngestOptions: Sendable {
    /// What becomes of email addresses, public IP addresses, phone numbers and IBANs.
    public enum PersonalDataRule: String, Sendable, CaseIterable { case keep, replace, drop }

    /// A page's main text as one record: no cutting, no filters.
    public var wholePage = false
    /// How pages are cut; the length filter is here.
    public var segmenter = Segmenter()
    public var dropsUntitled = true
    public var dropsRepetition = true
    public var personalData = PersonalDataRule.replace
    /// Exact duplicates by normalised text.
    public var deduplicates = true
    /// The field of a JSONL record that holds its text.
    public var textField = "text"
    /// Larger pages are broken as `page_too_large`.
    public var maximumPageBytes = 20_000_000
    /// Takes pages that ask not to be used for training all the same.
    public var ignoresOptOut = false

    public init() {}
}
