import Ground

/// What the head of a page and its structured data say about its kind: hints for the classification of blocks, never a verdict.
struct PageHints {
    enum Kind: UInt64, CaseIterable {
        case openGraphArticle, openGraphProduct, openGraphWebsite, openGraphOther
        case article, newsArticle, blogPosting, product, itemList, collectionPage, question, discussion, frequentQuestions, breadcrumbs
        case webPage, organisation, recipe, video, event, techArticle, course, service, hasArticleBody, generatorForum, generatorDocs
        case generatorShop, generatorBlog, bodySingle, bodyArchive, bodyProduct, bodyHome, hasMain, hasArticle
        case urlHome, urlDated, urlNumbered, urlProduct, urlList, urlForum, urlDocs, urlBlog, urlLong
    }

    var bits: UInt64 = 0
    /// The page's title as its title tag has it.
    var title = ""
    /// What the page's description says: often the first words of the text.
    var description = ""
    /// The text of the article as structured data repeat it.
    var articleBody: [UInt8] = []

    init(_ tree: HTMLTree) {
        var address = ""
        for (index, node) in tree.nodes.enumerated() {
            switch node.tag {
            case .meta: read(meta: index, tree)
            case .title: if title.isEmpty { title = tree.foldedText(of: index) }
            case .body: read(body: index, tree)
            case .link:
                if tree.attribute(.rel, of: index)?.hasToken("canonical") == true { address = tree.string(.href, of: index) ?? address }
            case .main: set(.hasMain)
            case .article: set(.hasArticle)
            default: break
            }
        }
        for data in tree.structuredData { read(data) }
        read(address: address)
    }

    /// What the words of the page's own address say; its words, not its host.
    private mutating func read(address: String) {
        guard let scheme = address.firstRange(of: "://") else { return }
        let rest = address[scheme.upperBound...].lowercased()
        let path = rest.drop { $0 != "/" }.prefix { $0 != "#" }
        let host = rest.prefix { $0 != "/" }.split(separator: ".")
        if host.contains(where: { ["forum", "forums", "community", "discuss"].contains($0) }) { set(.urlForum) }
        if host.contains(where: { ["docs", "doc", "developer", "wiki"].contains($0) }) { set(.urlDocs) }
        let parts = path.split(separator: "/")
        if parts.isEmpty { set(.urlHome) }
        if parts.contains(where: { $0.count == 4 && ($0.hasPrefix("20") || $0.hasPrefix("19")) && $0.allSatisfy(\.isNumber) }) {
            set(.urlDated)
        }
        if path.filter({ $0.isNumber }).count >= 5 { set(.urlNumbered) }
        if (parts.last ?? "").count(where: { $0 == "-" }) >= 4 { set(.urlLong) }
        for word in path.split(whereSeparator: { !$0.isLetter }) {
            switch word {
            case "product", "products", "produkt", "dp", "item", "shop", "p", "pd", "artikel": set(.urlProduct)
            case "category", "categories", "collection", "collections", "tag", "tags", "c", "search", "browse", "list", "kategorie":
                set(.urlList)
            case "forum", "forums", "thread", "threads", "topic", "viewtopic", "showthread", "t", "comments", "discussion", "questions":
                set(.urlForum)
            case "docs", "doc", "documentation", "reference", "manual", "api", "wiki", "learn", "help", "tutorial": set(.urlDocs)
            case "blog", "blogs", "news", "article", "articles", "story", "stories", "magazin", "post", "posts": set(.urlBlog)
            default: break
            }
        }
    }

    /// Whether the page says that it is one article, and nothing says that it is anything else.
    var isArticle: Bool {
        let isNamed = hasAny([.newsArticle, .blogPosting, .article, .hasArticleBody]) || (has(.openGraphArticle) && has(.bodySingle))
        return isNamed
            && !hasAny([
                .discussion, .question, .product, .itemList, .generatorForum, .generatorDocs, .urlForum, .urlDocs, .service,
                .frequentQuestions, .collectionPage,
            ])
    }

    /// Whether the page says that it is a forum's, or a question with answers.
    var isDiscussion: Bool { hasAny([.discussion, .question, .generatorForum, .urlForum]) && !has(.frequentQuestions) }

    private func has(_ kind: Kind) -> Bool { bits & (1 << kind.rawValue) != 0 }
    private func hasAny(_ kinds: [Kind]) -> Bool { kinds.contains(where: has) }

    private mutating func set(_ kind: Kind) { bits |= 1 << kind.rawValue }

    private mutating func read(meta index: Int, _ tree: HTMLTree) {
        if description.isEmpty, let name = tree.attribute(.property, of: index) ?? tree.attribute(.name, of: index),
            name.elementsEqual("og:description".utf8) || name.elementsEqual("description".utf8)
        {
            description = tree.string(.content, of: index) ?? ""
        }
        guard let content = tree.string(.content, of: index)?.lowercased() else { return }
        if tree.attribute(.property, of: index)?.elementsEqual("og:type".utf8) == true {
            switch content {
            case "article", "blog", "news": set(.openGraphArticle)
            case "website": set(.openGraphWebsite)
            case let type where type.hasPrefix("product") || type == "og:product": set(.openGraphProduct)
            default: set(.openGraphOther)
            }
        } else if tree.attribute(.name, of: index)?.elementsEqual("generator".utf8) == true {
            let marks: [(Kind, [String])] = [
                (.generatorForum, ["discourse", "vbulletin", "phpbb", "xenforo", "invision", "smf", "mybb", "flarum", "vanilla"]),
                (
                    .generatorDocs,
                    [
                        "sphinx", "docusaurus", "mkdocs", "mediawiki", "dokuwiki", "gitbook", "hugo", "jekyll", "javadoc", "docbook",
                        "vuepress",
                    ]
                ),
                (.generatorShop, ["shopify", "woocommerce", "magento", "prestashop", "shopware", "bigcommerce"]),
                (.generatorBlog, ["wordpress", "blogger", "ghost", "tumblr", "medium", "typo3", "drupal", "joomla"]),
            ]
            for (kind, names) in marks where names.contains(where: { content.contains($0) }) { set(kind) }
        }
    }

    private mutating func read(body index: Int, _ tree: HTMLTree) {
        let words = (tree.string(.class, of: index) ?? "").lowercased().split { !$0.isLetter }
        for word in words {
            switch word {
            case "single", "post", "article", "postid", "artikel": set(.bodySingle)
            case "archive", "category", "blog", "search", "tag", "collection", "listing": set(.bodyArchive)
            case "product", "pdp", "shop", "woocommerce": set(.bodyProduct)
            case "home", "frontpage", "front", "index", "startseite": set(.bodyHome)
            default: break
            }
        }
    }

    /// Types are found by their quoted names: broken JSON says as much as good JSON.
    private mutating func read(_ data: StructuredData) {
        data.forEachText { text in
            guard text.count < 24, let kind = PageHints.types[FNV1a.hash32(data.bytes[text])] else { return }
            set(kind)
            if kind == .hasArticleBody, let body = data.value(at: text.upperBound + 1), body.count > articleBody.count {
                articleBody = Array(data.bytes[body])
            }
        }
    }

    private static let types: [UInt32: Kind] = {
        let names: [(Kind, String)] = [
            (.article, "Article"), (.newsArticle, "NewsArticle ReportageNewsArticle"), (.blogPosting, "BlogPosting Blog"),
            (.product, "Product ProductGroup Offer AggregateOffer"), (.itemList, "ItemList OfferCatalog"),
            (.collectionPage, "CollectionPage SearchResultsPage"), (.question, "QAPage Question"),
            (.discussion, "DiscussionForumPosting"), (.frequentQuestions, "FAQPage"), (.breadcrumbs, "BreadcrumbList"),
            (.webPage, "WebPage AboutPage ItemPage"), (.organisation, "Organization LocalBusiness Corporation"), (.recipe, "Recipe"),
            (.video, "VideoObject"), (.event, "Event"), (.techArticle, "TechArticle APIReference"), (.course, "Course"),
            (.service, "Service SoftwareApplication WebApplication"), (.hasArticleBody, "articleBody"),
        ]
        var table: [UInt32: Kind] = [:]
        for (kind, list) in names { for name in list.split(separator: " ") { table[FNV1a.hash32(Array(name.utf8)[...])] = kind } }
        return table
    }()
}
