/** Texts of others inside Markdown pages of ours. */

/** Texts of others must not become headings, tables or links of the page. */
export function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>|#]/g, (sign) => `\\${sign}`).replace(/\s+/g, ' ');
}

/** Four significant digits; a dash for nothing. */
export function rounded(value: number | null): string {
  return value === null ? '–' : String(Number(value.toPrecision(4)));
}
