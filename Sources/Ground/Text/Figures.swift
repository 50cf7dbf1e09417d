import Foundation

/// Numbers as people read them.
public enum Figures {
    /// A whole number with a comma between thousands.
    public static func grouped(_ value: Int) -> String {
        let digits = Array(String(value.magnitude))
        var text = value < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text.append(",") }
            text.append(digit)
        }
        return text
    }

    /// A share in per cent, with two digits where one would say none or all.
    public static func percent(_ share: Double) -> String {
        guard share.isFinite else { return "" }
        return share > 0 && share < 0.0095 || share > 0.9905 && share < 1 ? fixed(100 * share, 2) + " %" : fixed(100 * share, 1) + " %"
    }

    /// A number with so many digits behind the point.
    public static func fixed(_ value: Double, _ digits: Int) -> String {
        guard value.isFinite else { return "no number" }
        let text = String(format: "%.\(digits)f", value)
        // Nothing is no less than nothing.
        return value < 0 && !text.contains { $0.isNumber && $0 != "0" } ? String(text.dropFirst()) : text
    }

    /// Four significant digits, without an exponent where that can be read.
    public static func short(_ value: Double) -> String {
        guard value.isFinite else { return "no number" }
        if value == value.rounded(), abs(value) < 1e6 { return grouped(Int(value)) }
        if abs(value) >= 1000, abs(value) < 1e12 { return grouped(Int(value.rounded())) }
        return String(format: "%.4g", value)
    }

    /// A number at an axis: 2000 as 2k, 0.0001 as 1e-4.
    public static func tick(_ value: Double) -> String {
        switch abs(value) {
        case 0: return "0"
        case 1e6...: return trimmed(value / 1e6) + "M"
        case 1e3...: return trimmed(value / 1e3) + "k"
        case 0.001...: return trimmed(value)
        default: return String(format: "%.0e", value).replacing("e-0", with: "e-")
        }
    }

    private static func trimmed(_ value: Double) -> String {
        var text = String(format: "%.4f", value)
        while text.hasSuffix("0") { text.removeLast() }
        if text.hasSuffix(".") { text.removeLast() }
        return text
    }

    /// Seconds in the two units that matter.
    public static func duration(_ seconds: Double) -> String {
        guard seconds.isFinite, seconds < 1e9 else { return "very long" }
        let whole = Int(seconds.rounded())
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<172_800: return "\(whole / 3600) h \(whole % 3600 / 60) min"
        default: return "\(whole / 86400) days \(whole % 86400 / 3600) h"
        }
    }

    /// Bytes of memory or of a file: GiB with one digit behind the point, else whole MiB or KiB.
    public static func size(_ bytes: Int) -> String {
        switch bytes {
        case (1 << 30)...: fixed(Double(bytes) / Double(1 << 30), 1) + " GiB"
        case (1 << 20)...: "\((bytes + (1 << 19)) >> 20) MiB"
        default: "\((bytes + 1023) >> 10) KiB"
        }
    }
}
