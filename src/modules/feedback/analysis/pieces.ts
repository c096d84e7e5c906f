/** Models read texts up to a length; a longer one is read in pieces, each cut where a word ends. */

/** At most `most` pieces of at most `length` characters, in order; empty for a text of nothing but white space. */
export function piecesOf(text: string, length: number, most: number): string[] {
  const pieces: string[] = [];
  let rest = text.trim();
  while (rest !== '' && pieces.length < most) {
    if (rest.length <= length) return [...pieces, rest];
    const space = rest.slice(0, length + 1).search(/\s\S*$/u);
    // One endless word is cut in the middle, but never between the halves of a character.
    const end = space > 0 ? space : wholeCharacters(rest, length);
    pieces.push(rest.slice(0, end).trim());
    rest = rest.slice(end).trim();
  }
  return pieces;
}

function wholeCharacters(text: string, length: number): number {
  const last = text.charCodeAt(length - 1);
  return last >= 0xd800 && last <= 0xdbff ? length - 1 : length;
}
