/**
 * What people type is shown to others: characters that steer a terminal or turn the reading direction of what follows are
 * taken out before it is kept. Sources: Unicode general category Cc, and UAX #9 (bidirectional controls).
 */

/** Controls except tab and line feed; embeddings, overrides and isolates; line separators and the byte order mark. */
const STEERING = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029\ufeff]/gu;

/** In normal form, without what steers, without space around it; null when nothing is left. */
export function cleanText(text: string | null | undefined): string | null {
  const clean = (text ?? '').replace(/\r\n?/g, '\n').replace(STEERING, '').normalize('NFC').trim();
  return clean === '' ? null : clean;
}
