import Testing

@testable import Ingest

@Suite struct AuthorHeadingTests {
    private func isAuthor(_ html: String) -> Bool {
        let page = Extractor.extract(Array((html + "<p>Beans climb.").utf8), isAllContent: true).page
        return page.blocks.first?.marks.contains(.author) == true
    }

    @Test(
        "knows a heading that names who wrote what follows",
        arguments: [
            "<h4 class=message-name><a href=/members/ada.47/ class='username' dir=auto><span itemprop=name>Ada</span></a></h4>",
            "<h3 class='ipsType cAuthorPane_author'><strong><a href='https://x.example/forums/profile/12-ada-field/'>Ada Field</a></strong></h3>",
            "<h5><a href='/u/ada'>Ada</a></h5>", "<h3><a href='memberlist.php?mode=viewprofile&amp;u=4'>ada85</a></h3>",
            "<div class=comment-author><h4>Ada Field</h4></div>", "<h3 itemprop=author>Ada Field</h3>",
            "<h2><a rel=author href=/a>Ada</a></h2>",
            "<h4><a href='/mitglieder/ada-feld'>Ada Feld</a></h4>", "<h4><a href='https://b.example/@ada'>ada</a></h4>",
        ])
    func authors(_ html: String) { #expect(isAuthor(html)) }

    @Test(
        "takes no other heading for one",
        arguments: [
            "<h2>Growing beans</h2>", "<h2><a href=/docs/users/create>Managing users</a></h2>", "<h2><a href='/members/'>Members</a></h2>",
            "<h2>Growing beans <a class=username href=/u/ada>Ada</a></h2>", "<div class=author><p>Ada</p></div><h2>Growing beans</h2>",
            "<div class=author><h2>Growing beans</h2><p>by Ada</p></div>", "<h1 class=entry-title><a href=/users-guide>Guide</a></h1>",
        ])
    func others(_ html: String) { #expect(!isAuthor(html)) }
}
