extension PageBlock.Place {
    /// What an element adds by its name.
    init(of tag: HTMLTag, in outer: PageBlock.Place) {
        self =
            switch tag {
            case .a: .link
            case .nav, .menu: .nav
            case .header: outer.contains(.article) || outer.contains(.main) ? .articleHeader : .header
            case .footer: .footer
            case .aside: .aside
            case .article: .article
            case .main: .main
            case .table: .table
            case .figure: .figure
            case .figcaption: .figcaption
            case .blockquote: .quote
            case .pre, .xmp: .pre
            case .h1, .h2, .h3, .h4, .h5, .h6: .heading
            case .ul, .ol: .list
            case .button: .button
            case .form: .form
            case .b, .strong, .em, .i: .emphasis
            case .dl: .definitionList
            case .address: .address
            case .details: .details
            case .dialog: .dialog
            case .section: .section
            case .label, .legend, .fieldset: .label
            case .noscript: .noscript
            default: []
            }
    }

    /// What an element adds by its role.
    init(ofRole value: ArraySlice<UInt8>) {
        self =
            switch String(decoding: value, as: UTF8.self).lowercased() {
            case "navigation", "menu", "menubar", "tablist", "toolbar", "listbox": .nav
            case "banner": .header
            case "contentinfo": .footer
            case "complementary": .aside
            case "main": .main
            case "article": .article
            case "dialog", "alertdialog", "alert", "tooltip": .dialog
            case "search", "form": .form
            case "button", "menuitem", "tab": .button
            case "presentation", "none": []
            default: []
            }
    }
}
