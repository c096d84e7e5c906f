/**
 * A text as counts of known words. Where a model wants it, a word that is denied shortly before ("not good") counts
 * against itself: the plainest rule that catches most denials (Pang, Lee, Vaithyanathan 2002).
 */
export interface WordPreparation {
  readonly format: 1;
  readonly kind: 'WORDS';
  /** Name of the input with the text. */
  readonly input: string;
  readonly vocabulary: readonly string[];
  /** COUNT: how often; LOG: ln(1 + how often), so that a word which fills a text does not drown the rest. */
  readonly scale: 'COUNT' | 'LOG';
  /** What a denied word counts instead of 1; null = denials are not looked at. */
  readonly denied: number | null;
  readonly width: number;
}

/** So many words after a denial are denied, unless a stop comes between. */
const REACH = 3;
const WORD_OR_STOP = /[\p{L}\p{N}]+(?:['’][\p{L}\p{N}]+)*|[.,;:!?]/gu;
const DENIAL = /^(?:not|no|never|neither|nor|without|hardly|barely|cannot|\p{L}+n['’]t)$/u;

/** The index of a vocabulary is made once; versions are few and stay. */
const indices = new WeakMap<WordPreparation, ReadonlyMap<string, number>>();

export function encodeWords(
  preparation: WordPreparation,
  text: string,
  target: Float32Array,
  offset: number,
): void {
  const index = indexOf(preparation);
  target.fill(0, offset, offset + preparation.width);
  let deniedUntil = -1;
  let position = 0;
  for (const [token] of text.toLowerCase().matchAll(WORD_OR_STOP)) {
    position++;
    const word = token.replace('’', "'");
    const column = index.get(word);
    if (column !== undefined) {
      const isDenied = preparation.denied !== null && position <= deniedUntil;
      target[offset + column]! += isDenied ? preparation.denied! : 1;
    }
    if (DENIAL.test(word)) deniedUntil = position + REACH;
    else if (!/\p{L}|\p{N}/u.test(word)) deniedUntil = -1;
  }
  if (preparation.scale === 'LOG')
    for (let at = offset; at < offset + preparation.width; at++) target[at] = Math.log1p(target[at]!);
}

function indexOf(preparation: WordPreparation): ReadonlyMap<string, number> {
  let index = indices.get(preparation);
  if (!index) {
    index = new Map(preparation.vocabulary.map((word, at) => [word, at]));
    indices.set(preparation, index);
  }
  return index;
}
