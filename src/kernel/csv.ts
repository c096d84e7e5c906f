/** Tables for spreadsheets (RFC 4180), guarded: no text of ours or of anybody else becomes a formula there. */
export type CsvCell = string | number | bigint | null;

/** What Excel, LibreOffice and Google Sheets take for the beginning of a formula (OWASP: CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;

/** One line with its end. */
export function csvLine(cells: readonly CsvCell[]): string {
  return `${cells.map(written).join(',')}\r\n`;
}

function written(cell: CsvCell): string {
  if (cell === null) return '';
  if (typeof cell !== 'string') return String(cell);
  const safe = FORMULA.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
