import Ground

/// Tells headings that only say who wrote what follows, as forums and comments have them: by a class, a property or a link to a profile.
enum AuthorHeading {
    /// The heading, and elements around and inside of it that hold its text and no other, are asked.
    static func isOne(_ heading: Int, text: ArraySlice<UInt8>, in tree: HTMLTree) -> Bool {
        guard text.count <= 60 else { return false }
        var outer = heading
        for _ in 0..<3 where outer > 0 {
            if names(outer, text, tree) { return true }
            let parent = Int(tree.nodes[outer].parent)
            guard parent > 0, visibleBytes(parent, tree) == visibleBytes(heading, tree) else { break }
            outer = parent
        }
        let whole = visibleBytes(heading, tree)
        for inner in heading + 1..<min(Int(tree.nodes[heading].end), heading + 40) where tree.nodes[inner].tag != .text {
            if visibleBytes(inner, tree) == whole, names(inner, text, tree) { return true }
        }
        return false
    }

    /// Bytes of a node's text that are not white space.
    private static func visibleBytes(_ index: Int, _ tree: HTMLTree) -> Int {
        let node = tree.nodes[index]
        guard node.textEnd - node.textStart < 4000 else { return .max }
        return tree.text[Int(node.textStart)..<Int(node.textEnd)].count { !$0.isHTMLSpace }
    }

    private static func names(_ index: Int, _ text: ArraySlice<UInt8>, _ tree: HTMLTree) -> Bool {
        let node = tree.nodes[index]
        guard node.attributeCount > 0 else { return false }
        for place in Int(node.attributes)..<Int(node.attributes) + Int(node.attributeCount) {
            let attribute = tree.attributes[place]
            let value = tree.attributeBytes[Int(attribute.start)..<Int(attribute.end)]
            switch attribute.name {
            case .class:
                if value.split(whereSeparator: \.isHTMLSpace).contains(where: { classes.contains(FNV1a.hash32($0, lowering: true)) }) {
                    return true
                }
            case .itemprop: if value.elementsEqual("author".utf8) || value.elementsEqual("creator".utf8) { return true }
            case .rel: if node.tag == .a, value.hasToken("author") { return true }
            case .itemtype: if value.hasSuffix("/Person") { return true }
            case .href: if node.tag == .a, isProfile(value, of: text) { return true }
            default: break
            }
        }
        return false
    }

    private static let classes: Set<UInt32> = {
        let names = """
            username user-name user_name author author-name author_name authorname message-name message-author post-author post_author \
            postauthor comment-author comment_author commentauthor nickname nick-name display-name displayname fn vcard poster poster-name \
            member-name member_name userlink user-link profile-link bigusername cauthorpane_author
            """
        return Set(names.utf8.split(separator: 32).map { FNV1a.hash32(Array($0)[...]) })
    }()

    /// Whether an address is the profile of whom the heading names: `/members/ada.12/` of Ada, or a page of profiles asked for a number.
    static func isProfile(_ address: ArraySlice<UInt8>, of name: ArraySlice<UInt8>) -> Bool {
        let address = String(decoding: address, as: UTF8.self).lowercased()
        if queries.contains(where: address.contains) { return true }
        let name = squashed(String(decoding: name, as: UTF8.self).lowercased())
        guard name.count >= 2 else { return false }
        let parts = address.prefix { $0 != "?" && $0 != "#" }.split(separator: "/")
        for (part, next) in zip(parts, parts.dropFirst()) where folders.contains(String(part)) {
            if squashed(String(next)).contains(name) { return true }
        }
        return parts.last?.first == "@" && squashed(String(parts.last ?? "")).contains(name)
    }

    private static let queries = [
        "action=profile", "mode=viewprofile", "member.php?", "profile.php?", "memberlist.php?", "userinfo.php?", "user.php?id=",
    ]
    private static let folders: Set<String> = [
        "user", "users", "u", "member", "members", "profile", "profiles", "profil", "author", "authors", "people", "benutzer", "mitglied",
        "mitglieder", "autor", "utilisateur", "membre", "membres", "auteur", "usuario", "usuarios", "miembro", "perfil",
    ]

    private static func squashed(_ text: String) -> String { text.filter { $0.isLetter || $0.isNumber } }
}
