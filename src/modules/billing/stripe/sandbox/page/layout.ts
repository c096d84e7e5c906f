/** The frame of the sandbox's pages. It says on every one of them what it is not. */
import { type Html, html, Html as RawHtml } from './html';

const STYLE = new RawHtml(`
  :root { color-scheme: light dark; --ink: #1b2430; --soft: #5b6675; --paper: #f4f6f9; --card: #fff; --line: #d9dfe7;
    --accent: #3b4fd8; --accent-ink: #fff; --warn: #7a4b00; --warn-paper: #fff3d6; --bad: #a3142b; --bad-paper: #fdecef; }
  @media (prefers-color-scheme: dark) { :root { --ink: #e8ecf2; --soft: #a3aebd; --paper: #12161d; --card: #1b212b;
    --line: #323b49; --accent: #8b9bff; --accent-ink: #12161d; --warn: #ffd98a; --warn-paper: #3a2c0b; --bad: #ff9aab; --bad-paper: #3d1620; } }
  * { box-sizing: border-box; }
  body { margin: 0; min-height: 100vh; background: var(--paper); color: var(--ink);
    font: 16px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
  .banner { background: var(--warn-paper); color: var(--warn); padding: .6rem 1rem; text-align: center; font-size: .9rem; }
  main { max-width: 27rem; margin: 2.5rem auto; padding: 0 1rem; }
  .card { background: var(--card); border: 1px solid var(--line); border-radius: 14px; padding: 1.75rem;
    box-shadow: 0 8px 30px rgb(20 30 50 / .07); }
  h1 { font-size: 1.05rem; font-weight: 600; color: var(--soft); margin: 0 0 .25rem; }
  .price { font-size: 2.1rem; font-weight: 700; letter-spacing: -.02em; margin: 0; }
  .price small { font-size: 1rem; font-weight: 500; color: var(--soft); letter-spacing: 0; }
  dl { margin: 1.25rem 0; padding: 1rem 0; border-block: 1px solid var(--line); display: grid; gap: .45rem; }
  dl > div { display: flex; justify-content: space-between; gap: 1rem; }
  dt { color: var(--soft); } dd { margin: 0; text-align: right; font-variant-numeric: tabular-nums; }
  .total { font-weight: 650; } .total dt { color: inherit; }
  fieldset { border: 0; margin: 0 0 1.25rem; padding: 0; }
  legend { font-weight: 600; padding: 0; margin-bottom: .5rem; }
  label.choice { display: flex; gap: .75rem; align-items: center; padding: .65rem .8rem; cursor: pointer;
    border: 1px solid var(--line); border-bottom-width: 0; }
  label.choice:first-of-type { border-radius: 10px 10px 0 0; }
  label.choice:last-of-type { border-radius: 0 0 10px 10px; border-bottom-width: 1px; }
  label.choice:has(:checked) { background: color-mix(in srgb, var(--accent) 9%, transparent); }
  label.choice code { margin-left: auto; color: var(--soft); white-space: nowrap; }
  input[type=radio] { accent-color: var(--accent); width: 1.1rem; height: 1.1rem; flex: none; }
  .field { display: flex; gap: .75rem; align-items: center; margin: 1rem 0; }
  .field > :is(input, select) { font: inherit; color: inherit; flex: 1; min-width: 0; padding: .5rem .7rem;
    border: 1px solid var(--line); border-radius: 10px; background: none; }
  button { font: inherit; font-weight: 600; width: 100%; padding: .8rem 1rem; border-radius: 10px; cursor: pointer;
    border: 1px solid transparent; background: var(--accent); color: var(--accent-ink); }
  button.quiet { background: none; color: var(--soft); margin-top: .6rem; }
  button:hover { filter: brightness(1.08); } button.quiet:hover { color: var(--ink); }
  :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  .bad { background: var(--bad-paper); color: var(--bad); border-radius: 10px; padding: .7rem .9rem; margin: 0 0 1.25rem; }
  .note, footer { color: var(--soft); font-size: .88rem; } footer { text-align: center; margin-top: 1.25rem; }
  a { color: var(--accent); }
`);

export function page(title: string, body: Html): string {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex" />
        <title>${title} · sandbox, not Stripe</title>
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <p class="banner" role="note" style="margin:0">
          <strong>Sandbox. This is not Stripe.</strong> No card is charged and no money moves.
        </p>
        <main>${body}</main>
      </body>
    </html>`.text;
}

/** A message of what went wrong, read out by screen readers at once. */
export function alert(message: string | undefined): Html | null {
  return message === undefined ? null : html`<p class="bad" role="alert">${message}</p>`;
}
