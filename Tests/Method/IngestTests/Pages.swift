import Records

/// Small pages written for these tests.
enum Pages {
    /// An article with everything around it that pages have.
    static let garden = """
        <!DOCTYPE html><html lang="en"><head><title>Growing Beans | Green Corner</title>
        <meta property="og:site_name" content="Green Corner"><meta name="author" content="Ada Field">
        <meta property="article:published_time" content="2021-04-05T10:00:00Z">
        <link rel="canonical" href="https://green.example/beans"><link rel="license" href="https://creativecommons.org/licenses/by/4.0/">
        <script>var a = "<p>not text</p>";</script></head><body>
        <div class="cookie-banner"><p>We use cookies to make this site better for you. Accept all of them?</p><button>Accept</button></div>
        <header><a href="/">Green Corner</a><nav><ul><li><a href="/a">Vegetables</a></li><li><a href="/b">Flowers</a></li></ul></nav></header>
        <main><article><h1>Growing Beans</h1>
        <p>Beans are among the easiest vegetables to grow, and they repay a little care with pods from July until the first frost.
        They want sun, warm soil and something to climb.</p>
        <h2>Sowing</h2>
        <p>Wait until the soil is warm, at least ten degrees, because cold and wet seed rots. Sow two seeds at each pole, three
        centimetres deep.</p>
        <ul><li>Poles of two metres</li><li>Seed of a <b>climbing</b> kind</li></ul>
        <ol start="3"><li>Water them in</li><li>Thin them out</li></ol>
        <pre><code class="language-python">for pole in poles:
            sow(pole, seeds=2)
        </code></pre>
        <h2>Harvest</h2>
        <blockquote><p>Pick young, pick often, said my grandmother, and she was right about that.</p></blockquote>
        <table><tr><th>Month</th><th>Kilos</th></tr><tr><td>July</td><td>2</td></tr></table>
        <p>Pods left on the plant tell it that its work is done, so go through the rows every second day in summer.</p>
        <div class="share-buttons"><a href="#">Share on everything</a></div>
        </article>
        <aside class="sidebar"><h3>Related posts</h3><ul><li><a href="/x">Growing peas in a short summer</a></li></ul></aside>
        <section id="comments"><h3>Comments</h3><p>First! I grew beans too, and they were all eaten by snails in the end.</p></section>
        </main><footer><p>© 2021 Green Corner. All rights reserved.</p><a href="/imprint">Imprint</a></footer></body></html>
        """

    /// A sentence of `length` characters that differs from every other one made with another number.
    static func sentence(_ number: Int, length: Int = 100) -> String {
        let subjects = ["The miller", "A sailor", "Our neighbour", "The old teacher", "A young painter", "The baker", "Her uncle"]
        let verbs = ["carries", "repairs", "describes", "paints", "forgets", "sells", "counts", "buries", "admires", "weighs", "borrows"]
        let objects = [
            "wooden boats", "brass clocks", "long letters", "heavy stones", "red curtains", "small maps", "clay jars", "oil lamps",
        ]
        let places = ["near the harbour", "behind the church", "under the bridge", "on the market", "in the attic", "by the river"]
        var text =
            "\(subjects[number % 7]) \(verbs[number % 11]) \(objects[number % 8]) number \(number) \(places[number % 6]) before the rain"
        while text.utf8.count < length - 1 { text += "\(text.utf8.count % 9)x"[...].prefix(min(2, length - 1 - text.utf8.count)) }
        return text + "."
    }

    /// About `characters` characters of sentences from `first` on.
    static func prose(_ first: Int, characters: Int) -> String {
        (0..<max(1, characters / 101)).map { sentence(first + $0) }.joined(separator: " ")
    }

    /// Running text that no filter has anything against: no sentence like another.
    static let story = [
        "When the frost had gone out of the ground, the two sisters carried the old table into the yard and began to mend it.",
        "One of its legs was shorter than the others, and nobody could say whether it had been made like that or had worn away.",
        "They had no plan, so the elder drew one with chalk on the wall of the shed, where the rain would not reach it before noon.",
        "A neighbour who came by with a basket of eggs said that oak must be wetted before it is bent, and stayed to watch.",
        "In the afternoon the glue was warm enough to use, but the brush that they wanted to spread it with had lost most of its hair.",
        "It was the younger who had the idea of cutting a strip of leather, and that worked better than any brush they had owned.",
        "By evening the table stood without help, and their father laid his hand on it as if it were a horse that he meant to buy.",
        "He asked what they would take for it; they laughed, and told him that supper would be served there and nowhere else.",
    ]
}
