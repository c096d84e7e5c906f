/** How a report looks on a screen and on paper: one page of styles, the reader's own fonts, nothing fetched. */
export const REPORT_STYLE = `
:root { --ink: #1b2333; --soft: #5d677a; --line: #e3e7ee; --wash: #f5f7fa; --blue: #2a5bd7; --orange: #d9742b; --green: #1d7f55; --red: #b3362b; --amber: #94650b; }
* { box-sizing: border-box; }
html { -webkit-print-color-adjust: exact; print-color-adjust: exact; scroll-behavior: smooth; }
body { margin: 0; background: #eceff4; color: var(--ink); font: 15px/1.55 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; }
main { max-width: 960px; margin: 32px auto; padding: 56px 64px 64px; background: #fff; border-radius: 14px; box-shadow: 0 1px 2px #1b233314, 0 12px 40px #1b233314; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 28px; }
.eyebrow { margin: 0 0 10px; color: var(--blue); font-size: 12px; font-weight: 650; letter-spacing: .12em; text-transform: uppercase; }
h1 { margin: 0; font-size: 34px; line-height: 1.15; letter-spacing: -.02em; font-weight: 700; }
.period { margin: 10px 0 0; font-size: 18px; color: var(--soft); }
h2 { margin: 56px 0 4px; font-size: 23px; letter-spacing: -.01em; }
h2 + p { margin-top: 0; color: var(--soft); }
h3 { margin: 34px 0 8px; font-size: 16px; }
h3 + p { margin-top: -4px; }
h4 { margin: 22px 0 0; font-size: 14px; }
.keep { white-space: nowrap; }
p { margin: 8px 0; }
.soft { color: var(--soft); }
code, pre, .hash { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: 12px; }
.hash { overflow-wrap: anywhere; color: var(--soft); }
a { color: inherit; text-decoration: underline dotted #9aa4b5; text-underline-offset: 3px; }
a:hover { color: var(--blue); }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(200px, 1fr)); gap: 14px; margin: 26px 0 8px; }
.tile { padding: 16px 18px 14px; border: 1px solid var(--line); border-radius: 10px; background: var(--wash); }
.tile b { display: block; font-size: 27px; line-height: 1.2; letter-spacing: -.02em; font-variant-numeric: tabular-nums; }
.tile b a { text-decoration: none; }
.tile span { color: var(--soft); font-size: 13px; line-height: 1.35; display: block; margin-top: 3px; }
.tile.good b { color: var(--green); } .tile.bad b { color: var(--red); }
figure { margin: 18px 0 26px; padding: 18px 20px 12px; border: 1px solid var(--line); border-radius: 10px; break-inside: avoid; }
figcaption { font-weight: 620; margin-bottom: 2px; }
figcaption small { display: block; font-weight: 400; color: var(--soft); font-size: 13px; }
svg { display: block; width: 100%; height: auto; margin-top: 10px; }
svg text { font: 13px system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif; fill: var(--ink); }
svg .soft { fill: var(--soft); font-size: 12px; }
svg .grid { stroke: var(--line); }
.legend { display: flex; gap: 18px; margin-top: 6px; color: var(--soft); font-size: 13px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 6px; vertical-align: -1px; }
table { width: 100%; border-collapse: collapse; margin: 10px 0 6px; font-size: 14px; font-variant-numeric: tabular-nums; }
th { text-align: left; color: var(--soft); font-weight: 600; font-size: 12.5px; border-bottom: 1.5px solid var(--ink); padding: 6px 10px 6px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 7px 10px 7px 0; vertical-align: top; }
td:last-child, th:last-child { padding-right: 0; }
.right { text-align: right; }
tr { break-inside: avoid; }
.pill { display: inline-block; padding: 1px 9px; border-radius: 99px; font-size: 12px; font-weight: 620; white-space: nowrap; background: var(--wash); color: var(--soft); }
.pill.holds { background: #e3f4ec; color: var(--green); } .pill.violated { background: #fbe8e6; color: var(--red); } .pill.uncertain { background: #fbf1dc; color: var(--amber); }
.source { margin: 0 0 4px; font-size: 12.5px; color: var(--soft); }
.evidence { border: 1px solid var(--line); border-radius: 10px; padding: 6px 18px 14px; margin: 14px 0; }
.evidence:target { border-color: var(--blue); box-shadow: 0 0 0 3px #2a5bd722; }
pre { margin: 8px 0 0; padding: 12px 14px; background: var(--wash); border-radius: 8px; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.5; }
footer { margin-top: 56px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--soft); font-size: 13px; }
@media screen and (max-width: 760px) { main { margin: 0; padding: 28px 20px; border-radius: 0; } .tiles { grid-template-columns: repeat(2, 1fr); } h1 { font-size: 27px; } .wide { overflow-x: auto; } }
@page { size: A4; margin: 16mm 15mm 18mm; }
@media print { body { background: #fff; font-size: 10.5pt; } main { max-width: none; margin: 0; padding: 0; box-shadow: none; border-radius: 0; } h2 { break-after: avoid; } h3, h4 { break-after: avoid; } .part { break-before: page; } .part h2 { margin-top: 0; } .tiles { grid-template-columns: repeat(auto-fit, minmax(112px, 1fr)); gap: 9px; } .tile { padding: 11px 12px; } a { text-decoration: none; } }
`;
