/// Words that page authors put into classes and ids, English and German, by what they hint at. Add a word where it belongs; one word may
/// stand in several rows.
let classSignalWords: [(ClassSignals.Kind, String)] = [
    (.article, "article articles artikel articlebody articlecontent articletext news beitrag"),
    (.content, "content contents inhalt maincontent contentbody contentarea pagecontent hauptinhalt contentmain bodycontent"),
    (.post, "post posts blogpost postbody postcontent blog singlepost hentry"),
    (.entry, "entry eintrag entrycontent"),
    (.body, "body bodytext bodycopy bodycontent richtext rte wysiwyg prose markdown copy"),
    (.main, "main primary haupt hauptbereich maincolumn maincol"),
    (.text, "text texte fliesstext txt paragraph absatz richtext rtf textblock editor"),
    (.story, "story storybody storytext longform"),
    (.comment, "comment comments commentlist kommentar kommentare disqus respond commentary discussion leserbriefe leserkommentare"),
    (.reply, "reply replies antwort antworten responses"),
    (
        .sidebar,
        "sidebar side sidebars seitenleiste rail aside marginal randspalte rightcol leftcol rightcolumn leftcolumn secondary sidenav"
    ),
    (.widget, "widget widgets module modul block blocks plugin"),
    (
        .related,
        """
        related recommended recommendation recommendations recommend similar more mehr weitere verwandt verwandte aehnliche readmore \
        outbrain taboola crosssell upsell upsells trending popular beliebt beliebte latest recent neueste youmaylike also zergnet
        """
    ),
    (
        .share,
        """
        share shares sharing social socials teilen sharedaddy addthis addtoany facebook twitter whatsapp pinterest linkedin sociable \
        shariff followus follow socialmedia instagram
        """
    ),
    (.navigation, "nav navi navigation navbar topnav subnav mainnav navigator navlist globalnav sitenav prevnext next prev previous jump"),
    (.menu, "menu menus megamenu dropdown submenu hamburger offcanvas menue drawer flyout"),
    (.breadcrumb, "breadcrumb breadcrumbs crumb crumbs brotkrumen breadcrump trail"),
    (.header, "header head kopf masthead topbar banner top kopfzeile siteheader pageheader hero jumbotron"),
    (.footer, "footer foot fuss bottom colophon fusszeile sitefooter footnav subfooter prefooter impressum"),
    (.cookie, "cookie cookies consent gdpr dsgvo ccpa onetrust cookiebot usercentrics privacy datenschutz cmp didomi borlabs cookiebanner"),
    (.popup, "popup modal overlay lightbox dialog toast tooltip popover popin notification alert notice interstitial flash"),
    (
        .newsletter,
        "newsletter subscribe subscription signup abo abonnieren optin mailchimp mailinglist paywall registration abonnement cta callout"
    ),
    (
        .advertisement,
        """
        ad ads advert advertisement advertising werbung anzeige anzeigen adsense dfp adslot adunit promo promos promotion teaserad adbox \
        adcontainer sponsor sponsored sponsors doubleclick adblock affiliate commercial outstream deal deals
        """
    ),
    (.sponsor, "sponsor sponsored sponsors partner partners brand brands logos clients"),
    (.byline, "byline author authors autor autoren verfasser writer avatar bio credit credits contributor meta metadata info postmeta"),
    (.date, "date datum time timestamp published updated pubdate posted dateline datetime zeit"),
    (.tags, "tag tags tagcloud taglist keywords schlagworte category categories kategorie kategorien cat topic topics labels taxonomy"),
    (.caption, "caption captions figcaption bildunterschrift legend bildtext thumbcaption gallery credit copyright"),
    (.contents, "toc tableofcontents inhaltsverzeichnis toctitle anchors tocify outline"),
    (.pagination, "pagination pager paging pagenav paginator seiten pages loadmore"),
    (.account, "account user login signin register anmelden konto profil profile members member logout"),
    (.login, "login signin logon anmeldung register password auth"),
    (.cart, "cart basket warenkorb checkout bag wishlist addtocart buy kaufen minicart buybox shopping merkzettel"),
    (.product, "product products produkt produkte item artikelbeschreibung productdetail pdp sku"),
    (.price, "price prices pricing preis preise amount currency rabatt sale discount"),
    (.review, "review reviews rating ratings bewertung bewertungen testimonial testimonials stars votes vote kundenbewertungen"),
    (
        .description,
        "description desc beschreibung details detail specs specification specifications spec features attributes overview about"
    ),
    (.teaser, "teaser teasers excerpt summary snippet preview intro lead standfirst vorspann dek lede subtitle subline deck abstract"),
    (.list, "list lists grid liste listing listings results items archive feed loop stream collection catalog rows"),
    (.card, "card cards tile tiles kachel box panel media teaser thumb thumbnail"),
    (.title, "title titles headline heading titel ueberschrift hed pagetitle posttitle entrytitle"),
    (
        .forum,
        "forum thread threads topic message messages msg bbp phpbb vbulletin discourse conversation diskussion beitraege postcontainer"
    ),
    (.code, "code highlight codehilite prettyprint syntaxhighlighter snippet source sourcecode hljs prism listing console"),
    (.hidden, "hidden hide invisible visuallyhidden sr screenreader offscreen noprint collapsed collapse nodisplay displaynone mobile"),
    (.skip, "skip skiplink print noprint jumplink accessibility a11y"),
    (.search, "search suche searchform filter filters facet facets sort sorting refine filterung"),
    (.toolbar, "toolbar tools actions action controls control options bar buttons utility utilities links quicklinks linklist"),
    (.button, "button buttons btn cta ctas"),
    (.slider, "slider carousel slick swiper slideshow slide slides gallery galerie owl flickity"),
    (.video, "video player audio podcast embed iframe youtube videos jwplayer"),
    (.legal, "copyright legal disclaimer terms license licence imprint impressum agb trademark rights"),
    (.accordion, "accordion faq faqs toggle expandable expander collapsible akkordeon panel collapse"),
    (.tab, "tab tabs tabpanel tabcontent tablist tabpane"),
    (.section, "section sections bereich abschnitt region row column col"),
    (.question, "question questions frage fragen qa ask"),
    (.answer, "answer answers accepted loesung solution"),
    (.profile, "profile avatar bio person team staff authorbox aboutauthor vcard"),
    (.image, "image img picture photo bild bilder figure foto photos images thumb"),
    (.feature, "feature features benefit benefits services service cta hero usp leistungen"),
    (.docs, "docs doc documentation document theme rst doku mw wiki manual guide tutorial help refentry chapter sect1 sphinx"),
    (.signature, "signature sig footnote footnotes reference references editsection postfooter"),
    (.hover, "tooltip tooltips popover hovercard rollover tooltiptext popovers hint"),
    (.quote, "quote tweet blockquote zitat quoted pullquote citation cite"),
    (.language, "language languages lang sprache locale translate country region currency"),
]
