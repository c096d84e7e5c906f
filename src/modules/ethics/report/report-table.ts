/** One table of a report. */
import { type Markup, markup } from './markup';

export type Cell = Markup | string | readonly Markup[];

/** Columns from `numbersFrom` on stand to the right. */
export function table(
  head: readonly string[],
  rows: readonly (readonly Cell[])[],
  numbersFrom: number,
  empty: string,
): Markup {
  if (rows.length === 0) return markup`<p class="soft">${empty}</p>`;
  const side = (i: number): string => (i >= numbersFrom ? 'right' : '');
  return markup`<table><thead><tr>${head.map((name, i) => markup`<th class="${side(i)}">${name}</th>`)}</tr></thead><tbody>${rows.map(
    (row) => markup`<tr>${row.map((cell, i) => markup`<td class="${side(i)}">${cell}</td>`)}</tr>`,
  )}</tbody></table>`;
}
