/// What share of a text's visible characters are digits and the marks of prices and scores.
enum FigureShare {
    static func value(_ output: String) -> Double {
        var (figures, visible) = (0, 0)
        for scalar in output.unicodeScalars where !scalar.properties.isWhitespace {
            visible += 1
            if ("0"..."9").contains(scalar) || "$€£%#".unicodeScalars.contains(scalar) { figures += 1 }
        }
        return visible == 0 ? 0 : Double(figures) / Double(visible)
    }
}
