// How the pages look: dark or light as the reader's screen is set, black on white on paper.

/// The one style sheet of all pages.
enum PageStyle {
  static let css = """
    :root { color-scheme: light dark; --paper: #ffffff; --ink: #171b21; --soft: #565e69; --rule: #d5dae1; --card: #f5f7f9;
      --curve: #0072b2; --good: #00694c; --warn: #8a5200; --bad: #a33c00; --warn-paper: #fdf3e3; --bad-paper: #fdece4; }
    @media (prefers-color-scheme: dark) { :root { --paper: #12151a; --ink: #e7eaee; --soft: #a3acb8; --rule: #353c46; --card: #1b2027;
      --curve: #56b4e9; --good: #3ccf9f; --warn: #f0b040; --bad: #ff9466; --warn-paper: #2c2414; --bad-paper: #301d15; } }
    * { box-sizing: border-box; }
    html { -webkit-text-size-adjust: 100%; }
    body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 system-ui, "DejaVu Sans", sans-serif; }
    main { max-width: 76rem; margin: 0 auto; padding: 1.5rem 1.25rem 4rem; }
    h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .35rem; overflow-wrap: anywhere; }
    h2 { font-size: 1.25rem; margin: 2.75rem 0 .6rem; padding-top: .9rem; border-top: 1px solid var(--rule); break-after: avoid; }
    h3 { font-size: 1.05rem; margin: 0 0 .4rem; break-after: avoid; }
    p { margin: .5rem 0; } p, li { max-width: 46rem; } .soft, figcaption { color: var(--soft); } .soft { font-size: .92rem; }
    a { color: var(--curve); } code { font-family: ui-monospace, "DejaVu Sans Mono", monospace; font-size: .9em; overflow-wrap: anywhere; }
    pre { background: var(--card); border: 1px solid var(--rule); padding: .7rem .9rem; overflow-x: auto; font: .9rem/1.5 ui-monospace, "DejaVu Sans Mono", monospace; }
    figure { margin: .6rem 0 1.2rem; break-inside: avoid; } figcaption { font-size: .9rem; text-align: left; max-width: 46rem; }
    img, svg { max-width: 100%; height: auto; }
    .verdict { display: inline-block; padding: 0 .5rem; border: 2px solid currentColor; border-radius: .3rem; font-weight: 600; }
    .in { color: var(--good); } .marked { color: var(--warn); } .refused { color: var(--bad); }
    .banner { border-left: 6px solid var(--warn); background: var(--warn-paper); padding: .6rem 1rem; margin: 1rem 0; break-inside: avoid; }
    .banner.refused { border-color: var(--bad); background: var(--bad-paper); color: inherit; } .banner p, .banner ul { margin: .2rem 0; }
    .table { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; } tr { break-inside: avoid; }
    th, td { padding: .28rem .7rem .28rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid var(--rule); }
    th { color: var(--soft); font-weight: 600; vertical-align: bottom; } .number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
    td.number { padding-left: .3rem; } td:last-child, th:last-child { padding-right: 0; } .id { white-space: nowrap; } sup { line-height: 0; } .caption { color: var(--soft); font-size: .9rem; } .gone td { color: var(--soft); }
    dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1.2rem; margin: .6rem 0; font-size: .92rem; }
    dt { color: var(--soft); } dd { margin: 0; overflow-wrap: anywhere; }
    .figures { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1rem 0; padding: 0; list-style: none; }
    .figures li { background: var(--card); border: 1px solid var(--rule); border-radius: .4rem; padding: .5rem .9rem; min-width: 7rem; }
    .figures b { display: block; font-size: 1.5rem; line-height: 1.25; font-variant-numeric: tabular-nums; } .figures span { color: var(--soft); font-size: .88rem; }
    .scan svg, .map svg { display: block; width: 100%; border: 1px solid var(--rule); background: #000; } .scan { max-width: 46rem; }
    .map svg.bar { background: none; border: 0; margin-top: .3rem; }
    .overview { display: grid; grid-template-columns: minmax(0, 44rem) minmax(13rem, 1fr); gap: 1rem 1.8rem; align-items: start; } .overview .legend { flex-direction: column; margin: 0; } .overview > div { padding-top: .6rem; }
    .maps { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem 1.4rem; }
    .legend { display: flex; flex-wrap: wrap; gap: .3rem 1.4rem; margin: .5rem 0; padding: 0; list-style: none; font-size: .92rem; }
    .legend svg { width: 1.15rem; height: 1.15rem; vertical-align: -.2rem; margin-right: .35rem; }
    .target { display: grid; grid-template-columns: 1fr 24rem; gap: .4rem 1.6rem; background: var(--card); border: 1px solid var(--rule); border-radius: .4rem;
      padding: .9rem 1rem; margin: 0 0 1rem; break-inside: avoid; }
    .target > * { min-width: 0; } .target > .words { grid-column: 1; } .target > .spectrum { grid-column: 2; grid-row: 1 / span 2; margin: 0; } .target > .facts { grid-column: 1 / -1; }
    .facts dl { grid-template-columns: max-content 1fr max-content 1fr; margin: .2rem 0 0; } .facts dd.wide { grid-column: 2 / -1; }
    .tiles { display: flex; flex-wrap: wrap; gap: .7rem; margin: .4rem 0; } .tiles figure { margin: 0; width: 5.2rem; }
    .tiles img { width: 5.2rem; height: 5.2rem; image-rendering: pixelated; border: 1px solid var(--rule); display: block; } .tiles figcaption { font-size: .8rem; line-height: 1.3; padding-top: .2rem; }
    .strip { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: 1rem; } .strip figure { margin: 0; }
    .strip img { width: 100%; aspect-ratio: 1; object-fit: contain; background: #000; border: 1px solid var(--rule); display: block; } .strip figcaption { overflow-wrap: anywhere; line-height: 1.35; padding-top: .25rem; }
    .strip .none { aspect-ratio: 1; border: 1px dashed var(--rule); display: grid; place-items: center; color: var(--soft); font-size: .85rem; }
    .pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1.2rem; align-items: start; }
    svg text { font-family: system-ui, "DejaVu Sans", sans-serif; } .axis { fill: var(--soft); font-size: 11px; } .grid { stroke: var(--rule); stroke-width: 1; } .curve { fill: none; stroke: var(--curve); stroke-width: 2; stroke-linejoin: round; }
    .truth { fill: none; stroke: var(--ink); stroke-width: 1.6; stroke-dasharray: 5 3; } .other { fill: none; stroke: var(--ink); stroke-width: 1.8; stroke-linecap: round; stroke-dasharray: .1 4; } .spread { fill: var(--curve); opacity: .28; } .mark { fill: none; vector-effect: non-scaling-stroke; }
    footer { margin-top: 3rem; border-top: 1px solid var(--rule); padding-top: .8rem; color: var(--soft); font-size: .88rem; }
    ol.steps li { margin: .5rem 0; }
    @media (max-width: 52rem) { .overview { grid-template-columns: 1fr; } .overview > div { padding: 0; } .target { grid-template-columns: 1fr; } .target > .spectrum { grid-column: 1; grid-row: auto; } .facts dl { grid-template-columns: max-content 1fr; } .facts dd.wide { grid-column: auto; } }
    @media (max-width: 36rem) { main { padding: 1rem .8rem 3rem; } h1 { font-size: 1.4rem; } dl, .facts dl { grid-template-columns: 1fr; } dd { margin-bottom: .35rem; } }
    @media print { :root { --paper: #ffffff; --ink: #000000; --soft: #444444; --rule: #bbbbbb; --card: #ffffff; --curve: #0072b2;
      --good: #00573f; --warn: #7a4800; --bad: #8f3200; --warn-paper: #ffffff; --bad-paper: #ffffff; }
      @page { margin: 1.4cm; } html { font-size: 8.5pt; } body { font-size: 9.5pt; } main { max-width: none; padding: 0; } .table { overflow: visible; } table { font-size: 8.5pt; }
      .overview { grid-template-columns: 12.5cm 1fr; } .scan { max-width: 12.5cm; } .maps { grid-template-columns: repeat(3, 1fr); } .target { grid-template-columns: 1fr 7.2cm; padding: .5rem .7rem; margin-bottom: .6rem; } .target > .spectrum { grid-column: 2; grid-row: 1 / span 2; }
      .target p { margin: .2rem 0; } .tiles { gap: .2cm; flex-wrap: nowrap; } .tiles figure, .tiles img { width: 1.75cm; } .tiles img { height: 1.75cm; } .tiles figcaption, .facts dl { font-size: 7.5pt; }
      .facts dl { grid-template-columns: max-content 1fr max-content 1fr; } .facts dd.wide { grid-column: 2 / -1; } .strip { grid-template-columns: repeat(5, 1fr); }
      img, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; } a { color: inherit; text-decoration: none; } }
    """
}
