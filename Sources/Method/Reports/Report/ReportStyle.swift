/// How the report looks: light and dark, wide and narrow, on paper too.
enum ReportStyle {
    static let css = """
        :root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #59636e; --rule: #d5dae0; --shade: #f3f5f7; --note: #fff4d6;
          \(lightColours) }
        @media (prefers-color-scheme: dark) { :root { --paper: #14181d; --ink: #e4e8ec; --soft: #9aa5b1; --rule: #333b45; --shade: #1d232a;
          --note: #3a3114; --c0: #6cb4f5; --c1: #f2a05c; --c2: #6fd19b; --c3: #e58fd6; --c4: #d6c35a; --c5: #6fd0dd; --c6: #f48a92; --c7: #b0a8f5; } }
        * { box-sizing: border-box; }
        body { margin: 0 auto; padding: 1rem; max-width: 70rem; background: var(--paper); color: var(--ink);
          font: 1rem/1.5 system-ui, "Liberation Sans", sans-serif; }
        h1 { font-size: 1.6rem; margin: .5rem 0; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; border-bottom: 1px solid var(--rule); }
        h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; } p { margin: .5rem 0; } a { color: var(--c0); }
        .soft { color: var(--soft); } .wide { overflow-x: auto; } .number { text-align: right; font-variant-numeric: tabular-nums; }
        nav { display: flex; flex-wrap: wrap; gap: .2rem 1rem; }
        ul.remarks { padding: .6rem 1rem .6rem 2rem; background: var(--note); border-radius: .4rem; }
        ul.remarks li { margin: .3rem 0; overflow-wrap: anywhere; }
        .headline { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 13rem), 1fr)); gap: .8rem; margin: 1rem 0; }
        .headline div { padding: .7rem .9rem; border: 1px solid var(--rule); border-radius: .4rem; background: var(--shade); min-width: 0; overflow-wrap: anywhere; }
        .headline b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; }
        .summary { font-size: 1.15rem; } figure, tr { break-inside: avoid; }
        h1, h2, h3, p, li, dd, dt, summary { overflow-wrap: anywhere; } dt { font-weight: 600; margin-top: .5rem; } dd { margin: 0 0 .3rem 1rem; }
        table { border-collapse: collapse; font-size: .92rem; } th, td { padding: .2rem .7rem .2rem 0; text-align: left; vertical-align: top; }
        th { color: var(--soft); font-weight: 600; } tr + tr td { border-top: 1px solid var(--rule); } td { overflow-wrap: break-word; max-width: 34rem; } .columns td { overflow-wrap: anywhere; } .columns td:first-child { min-width: 6rem; } .columns td.bar { width: 30%; }
        td.number, th.number { text-align: right; overflow-wrap: normal; } td.number { white-space: nowrap; }
        td.bar { min-width: 6rem; width: 40%; } td.bar i { display: block; height: .8rem; margin-top: .35rem; background: var(--c0); border-radius: .15rem; min-width: 1px; }
        .columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 21rem), 1fr)); gap: .5rem 2rem; align-items: start; } .columns > * { min-width: 0; }
        figure { margin: .6rem 0; } figcaption { font-weight: 600; } svg { display: block; width: 100%; height: auto; max-width: 34rem; overflow: visible; }
        svg text { font: 10.5px system-ui, "Liberation Sans", sans-serif; fill: var(--soft); }
        .grid { stroke: var(--rule); stroke-width: .6; } .mark { stroke: var(--ink); stroke-dasharray: 3 3; } .line.bar { stroke-opacity: .45; stroke-width: 1.2; }
        .line { fill: none; stroke-width: 1.8; } .area { fill-opacity: .22; stroke-width: 1.4; }
        \(colours)
        .d1 { stroke-dasharray: 7 3; } .d2 { stroke-dasharray: 2 2; } .d3 { stroke-dasharray: 9 3 2 3; } .d5 { stroke-dasharray: 5 5; } .d6 { stroke-dasharray: 12 3; } .d7 { stroke-dasharray: 3 4; }
        .keys { margin: .2rem 0; font-size: .9rem; } .key { white-space: nowrap; margin-right: .8rem; }
        .key::before { content: ""; display: inline-block; width: .8rem; height: .8rem; margin-right: .35rem; border-radius: .15rem; vertical-align: -.08rem; background: var(--key); }
        details.pair { border: 1px solid var(--rule); border-radius: .4rem; padding: .6rem .9rem; margin: .8rem 0; background: var(--shade); }
        details.pair .instruction { font-weight: 600; } details.pair .text { white-space: pre-wrap; overflow-wrap: anywhere; margin: .5rem 0; }
        details.pair .from { font-size: .88rem; color: var(--soft); overflow-wrap: anywhere; }
        .badge { display: inline-block; padding: 0 .5rem; border: 1px solid var(--rule); border-radius: .8rem; font-size: .88rem; background: var(--paper); }
        code { font-size: .9em; overflow-wrap: anywhere; } summary { cursor: pointer; }
        @media (max-width: 42rem) { thead { display: none; } table, tbody, tr, td { display: block; } tr { padding: .35rem 0; border-top: 1px solid var(--rule); }
          tr + tr td { border-top: 0; } td, td.number { padding: 0 0 .1rem; text-align: left; white-space: normal; overflow-wrap: anywhere; max-width: none; }
          .columns td.bar { width: 100%; }
          td[data-name]::before { content: attr(data-name) ": "; color: var(--soft); } td:empty { display: none; } td.bar { width: 100%; min-width: 0; } }
        @media print { :root { color-scheme: light; --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --shade: #fff; --note: #fff; \(lightColours) }
          body { max-width: none; padding: 0; font-size: 10pt; } h2, h3, figcaption { break-after: avoid; } a { color: inherit; }
          table { font-size: 8.5pt; } th, td { padding-right: .4rem; } td { overflow-wrap: anywhere; } td.number, th.number { white-space: normal; }
          details.pair { break-inside: avoid; } nav { display: none; } }
        """

    /// What paper takes, whatever the screen is like.
    private static let lightColours =
        "--c0: #0b62b3; --c1: #c2570c; --c2: #1a7f4b; --c3: #a1338f; --c4: #6b5b00; --c5: #1f8a99; --c6: #b3202c; --c7: #5b4fc4;"

    private static let colours = (0..<8).map {
        ".c\($0) { stroke: var(--c\($0)); } .area.c\($0), .dot.c\($0) { fill: var(--c\($0)); } .k\($0) { --key: var(--c\($0)); }"
    }.joined(separator: "\n")
}
