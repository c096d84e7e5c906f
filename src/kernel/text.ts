/** Writing. Texts that read alike are alike: ü is one character or two, by the keyboard or the system that wrote it (Unicode NFC). */

const UNSPACED =
  /[\p{Script=Han}\p{Script=Hira}\p{Script=Kana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmr}\p{Script=Mymr}]/gu;

/** The place of a text among others: of the very same first, else of one that reads alike; −1 without any. */
export function placeOfText(texts: readonly string[], text: string): number {
  const place = texts.indexOf(text);
  if (place >= 0 || isPlain(text)) return place;
  const form = composed(text);
  return texts.findIndex((one) => composed(one) === form);
}

/** The one form of all texts that read alike. */
export function composed(text: string): string {
  return isPlain(text) ? text : text.normalize('NFC');
}

/** Characters of writing without blanks between words: Han, kana, Thai and its neighbours. */
export function countUnspaced(text: string): number {
  return text.match(UNSPACED)?.length ?? 0;
}

/** Nothing that could be written otherwise: most texts, at no cost. */
function isPlain(text: string): boolean {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false;
  return true;
}
