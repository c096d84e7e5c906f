/**
 * Occlusion of a text (Zeiler, Fergus 2014; leave-one-out by Li, Monroe, Jurafsky 2016): what the answer loses when one
 * word is left out. Words are runs of letters, digits and inner apostrophes; everything else stays as it is.
 */
export interface Word {
  readonly text: string;
  /** Where it begins, in UTF-16 units, as a browser counts. */
  readonly from: number;
  readonly to: number;
}

export function wordsOf(text: string): Word[] {
  return [...text.matchAll(/[\p{L}\p{M}\p{N}]+(?:['’][\p{L}\p{M}\p{N}]+)*/gu)].map((match) => ({
    text: match[0],
    from: match.index,
    to: match.index + match[0].length,
  }));
}

/** The text without each word, one text a word; and last the text without any of them. */
export function occluded(text: string, words: readonly Word[]): string[] {
  const without = words.map(({ from, to }) => text.slice(0, from) + text.slice(to));
  const none = words.reduceRight((rest, { from, to }) => rest.slice(0, from) + rest.slice(to), text);
  return [...without, none];
}

/** What each word adds: the answer to the whole less the answer without it. */
export function occlusionEffects(whole: number, without: readonly number[]): number[] {
  return without.map((answer) => whole - answer);
}
