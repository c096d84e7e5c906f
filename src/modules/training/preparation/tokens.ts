/**
 * A text as the ids of its pieces: the way of cutting it whose pieces are most probable together (unigram language model
 * of SentencePiece; Kudo 2018), found by Viterbi's algorithm. What is longer than the model reads is cut off at the end.
 */
export interface TokenPreparation {
  readonly format: 1;
  readonly kind: 'TOKENS';
  /** Name of the input with the text. */
  readonly input: string;
  /** Piece and logarithm of its probability, by id. */
  readonly vocabulary: readonly (readonly [string, number])[];
  /** The first ids are signs, not pieces; 0 stands for what is unknown. */
  readonly reserved: number;
  /** Rows that are run together at most: what a text takes grows with the square of its length. */
  readonly rowsAtOnce: number;
  /** Ids that a row holds; shorter ones are filled up with `PADDING`. */
  readonly width: number;
}

export const PADDING = -1;
const SPACE = '\u2581';
const UNKNOWN = 0;

interface Pieces {
  readonly ids: ReadonlyMap<string, number>;
  readonly longest: number;
}

const compiled = new WeakMap<TokenPreparation, Pieces>();

export function encodeTokens(
  preparation: TokenPreparation,
  text: string,
  target: Float32Array,
  offset: number,
): void {
  const { width } = preparation;
  target.fill(PADDING, offset, offset + width);
  tokensOf(preparation, text)
    .slice(0, width)
    .forEach((id, at) => (target[offset + at] = id));
}

export function tokensOf(preparation: TokenPreparation, text: string): number[] {
  const { ids, longest } = piecesOf(preparation);
  const normal = text.normalize('NFKC');
  const symbols = normal.length > 0 ? [...(SPACE + normal.replace(/ /g, SPACE))] : [];
  // best[end]: the best way to cut what lies before `end`, and where its last piece begins.
  const best: { score: number; id: number; from: number }[] = [{ score: 0, id: UNKNOWN, from: 0 }];
  for (let end = 1; end <= symbols.length; end++) {
    let choice = { score: -Infinity, id: UNKNOWN, from: end - 1 };
    let piece = '';
    for (let from = end - 1; from >= Math.max(0, end - longest); from--) {
      piece = symbols[from]! + piece;
      const id = ids.get(piece);
      if (id === undefined) continue;
      const score = best[from]!.score + preparation.vocabulary[id]![1];
      if (score > choice.score) choice = { score, id, from };
    }
    // A sign that no piece covers is unknown; it costs nothing, as the model was trained.
    if (choice.score === -Infinity) choice = { score: best[end - 1]!.score, id: UNKNOWN, from: end - 1 };
    best.push(choice);
  }
  const found: number[] = [];
  for (let end = symbols.length; end > 0; end = best[end]!.from) {
    const { id } = best[end]!;
    // A run of unknown signs is one.
    if (id !== UNKNOWN || found.at(-1) !== UNKNOWN) found.push(id);
  }
  return found.reverse();
}

function piecesOf(preparation: TokenPreparation): Pieces {
  let pieces = compiled.get(preparation);
  if (!pieces) {
    const ids = new Map<string, number>();
    let longest = 1;
    preparation.vocabulary.forEach(([piece], id) => {
      if (id < preparation.reserved) return;
      ids.set(piece, id);
      longest = Math.max(longest, [...piece].length);
    });
    pieces = { ids, longest };
    compiled.set(preparation, pieces);
  }
  return pieces;
}
