/// The features that the forest of main content reads. Made by examples/train-extractor/train_extractor.py.
let contentForestFeatures = """
    middle.comment place3 signatureShare bodyBlocks distance50 around1.longShare isBodyChild inBody signatureCount place24 pageLong
    signatureBytes place5 far.footer in75 place1 distanceBody place4 around2.tag position around2.longShare repeatOf pagePrices
    sinceH1 sinceHeading place6 parentSignatureCount nextLongLCA pageLongShare far.popup pageHeadings endsSentence sinceTitle
    nextLong titleLCA headingLevel around1.links page.openGraphArticle around3.headings bytePosition pageBlocks around3.links
    far.comment in50 around2.headings bodyShare depth around3.share mainShare75 bodyLead headingBytes middle.body place2
    around3.longShare sentenceEnds around4.bytes page.urlNumbered place0 articles pageItems around1.share middle.menu
    sinceDescription next-1.links next1.links middle.content around4.links repeatedWords signatureLinks linkDensity previousLongLCA
    distance75 pageRows titleOverlap around4.share isRepeated page.urlLong words near.review fromEnd kind around1.tag around4.blocks
    around2.bytes far.content around4.headings next-3.links near.footer place16 page.webPage page.newsArticle pageBytes
    isDescription around2.links level place13 around4.longShare descriptionLCA page.urlHome next1.bytes page.openGraphWebsite index
    pageLinks around3.blocks middle.text place7 page.bodyHome next-1.kind around1.blocks emphasis middle.popup place11
    page.discussion repeatedLater page.urlList pipes page.service middle.footer far.menu next-3.kind near.caption far.body
    heading.rating middle.video far.related around2.share far.navigation text.newsletter page.hasMain page.hasArticle middle.entry
    next-3.lca middle.slider capitals place26 far.post middle.legal far.entry place17 heading.comment text.cookie far.cart place12
    next3.lca page.generatorBlog far.docs near.product near.teaser far.description page.openGraphOther far.section around3.bytes
    near.header next3.stop around1.headings middle.feature middle.review place14 middle.sidebar place25 pageComments around1.bytes
    far.hidden next3.kind page.generatorDocs
    """

/// Its trees, as `ObliviousForest` reads them.
let contentForestData = contentForestFirstTrees + contentForestLastTrees
