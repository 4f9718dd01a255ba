/// How pages and figures look. Neither text has a character that XML would have to escape.
enum StyleSheet {
  private static let light = """
    --paper:#fff;--text:#1a1a1a;--muted:#5c5c5c;--axis:#444;--faint:#c4c4c4;--tint:#f5f5f3;\
    --link:#00508c;--warn:#8a3b00;--s1:#0072b2;--s2:#c44e00;--s3:#00795a;--s4:#a0438a;\
    --s5:#7a5c00;--s6:#4d4d4d
    """
  private static let dark = """
    --paper:#16181a;--text:#e8e6e3;--muted:#a8a6a2;--axis:#b0aeaa;--faint:#55585b;--tint:#1f2224;\
    --link:#7cc0f5;--warn:#ffb27a;--s1:#56b4e9;--s2:#f5853f;--s3:#2fc49b;--s4:#e08cc8;\
    --s5:#e3bb4d;--s6:#c0c0c0
    """

  /// Colours and typeface of figures, also where one is a file of its own.
  static let figures: String = {
    let names = ["text", "muted", "axis", "faint", "paper", "s1", "s2", "s3", "s4", "s5", "s6"]
    let rules = names.map {
      ".figure .f-\($0){fill:var(--\($0))}.figure .k-\($0){stroke:var(--\($0));fill:none}"
        + ".figure .o-\($0){stroke:var(--\($0))}"
    }
    return """
      :root{\(light)}
      @media (prefers-color-scheme:dark){:root{\(dark)}}
      @media print{:root{\(light)}}
      .figure{font-family:Helvetica,Arial,"Liberation Sans",sans-serif;background:var(--paper);\
      print-color-adjust:exact;-webkit-print-color-adjust:exact}
      .figure path{stroke-linejoin:round}
      \(rules.joined(separator: "\n"))

      """
  }()

  /// Of a figure that is a file of its own: the light colours as they are, for print and for
  /// programs that know no variables.
  static let standaloneFigure: String = {
    let colours = light.replacing("\n", with: "").split(separator: ";").map { entry in
      entry.split(separator: ":").map { $0.trimmingPrefix(while: { $0 == " " }) }
    }
    let rules = figures.split(separator: "\n").filter {
      !$0.hasPrefix(":root") && !$0.hasPrefix("@media")
    }
    return colours.reduce(rules.joined(separator: "\n")) { sheet, colour in
      sheet.replacing("var(\(colour[0]))", with: colour[1])
    }
  }()

  static let page = """

    html{background:var(--paper);color:var(--text);\
    font:1rem/1.55 Charter,"Bitstream Charter","Source Serif Pro",Georgia,"Times New Roman",serif;\
    -webkit-text-size-adjust:100%;text-size-adjust:100%}
    body{max-width:68rem;margin:0 auto;padding:2rem 1.25rem 4rem;overflow-wrap:break-word}
    p,ul,nav,header,dl{max-width:42rem}
    h1,h2,h3,h4,summary,table,figcaption,dl,nav{font-family:Helvetica,Arial,"Liberation Sans",sans-serif}
    h1{font-size:1.7rem;line-height:1.25;margin:0 0 1rem;font-weight:600}
    h2{font-size:1.25rem;margin:3rem 0 .75rem;padding-bottom:.3rem;border-bottom:1px solid var(--faint);font-weight:600}
    h3{font-size:1.05rem;margin:2rem 0 .5rem;font-weight:600}
    h4,h5,h6{font-size:.95rem;margin:1.5rem 0 .5rem;font-weight:600}
    a{color:var(--link)}
    a:focus-visible,summary:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px}
    .skip{position:absolute;left:-100rem}
    .skip:focus{left:1rem;top:.5rem;background:var(--paper);padding:.3rem .6rem}
    dl{font-size:.875rem;margin:.75rem 0}
    dl div{display:grid;grid-template-columns:minmax(6rem,10rem) minmax(0,1fr);gap:.75rem;padding:.2rem 0}
    dt{color:var(--muted)}
    dd{margin:0;overflow-wrap:anywhere}
    nav{font-size:.9rem}
    nav h2{font-size:.9rem;border:0;margin:1.5rem 0 .25rem;padding:0;color:var(--muted)}
    nav ol{margin:.1rem 0;padding-left:1.5rem}
    .warning{border-left:3px solid var(--warn);background:var(--tint);padding:.5rem .9rem}
    .figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,24rem),1fr));gap:1rem 2.5rem;align-items:start}
    figure{margin:1.25rem 0;break-inside:avoid;max-width:34rem;min-width:0}
    figure svg{display:block;width:100%;height:auto}
    figcaption{font-size:.8125rem;line-height:1.45;margin-top:.5rem}
    .images{display:grid;grid-template-columns:repeat(auto-fill,minmax(8rem,1fr));gap:1rem;margin:1rem 0}
    .images figure{margin:0}
    .images img{display:block;max-width:100%;height:auto}
    .images figcaption{font-size:.75rem;line-height:1.35;margin-top:.25rem;overflow-wrap:anywhere}
    .colours{display:flex;flex-wrap:wrap;gap:.25rem 1rem;padding:0;list-style:none;font:.8125rem Helvetica,Arial,"Liberation Sans",sans-serif}
    .colours svg{margin-right:.4rem}
    .table{overflow-x:auto;margin:1.25rem 0;max-width:100%;container-type:inline-size}
    table{border-collapse:collapse;width:max-content;font-size:.8125rem;line-height:1.35;\
    font-variant-numeric:tabular-nums lining-nums;border-bottom:1.5px solid var(--axis)}
    caption span{display:block;position:sticky;left:0;max-width:100cqw}
    caption{text-align:left;padding-bottom:.5rem;font-size:.8125rem;font-weight:600}
    caption.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);padding:0}
    th,td{text-align:left;padding:.32rem 1.1rem .32rem 0;vertical-align:baseline;font-weight:400}
    th:last-child,td:last-child{padding-right:.25rem}
    thead th{border-top:1.5px solid var(--axis);border-bottom:1px solid var(--axis);font-weight:600;\
    white-space:nowrap;vertical-align:bottom}
    tbody tr+tr th,tbody tr+tr td{border-top:1px solid var(--tint)}
    tbody th{white-space:nowrap}
    td{max-width:24rem}
    .n{text-align:right;white-space:nowrap}
    tr.d{color:var(--muted);font-style:italic}
    details{margin:1rem 0}
    summary{cursor:pointer;font-size:.875rem;font-weight:600}
    pre{overflow-x:auto;background:var(--tint);padding:.75rem 1rem;font-size:.8125rem;line-height:1.45}
    @media (max-width:40rem){body{padding:1.25rem 1rem 3rem}h1{font-size:1.4rem}h2{margin-top:2.25rem}}
    @media print{body{max-width:none;padding:0}nav,.skip{display:none}.table{overflow:visible}table{width:auto}\
    details::details-content{content-visibility:visible;block-size:auto}a{color:inherit}}

    """
}
