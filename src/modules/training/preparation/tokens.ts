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

/** What a beginning of a piece is that is none itself. */
const NONE = -1;

/** Ids by piece, and by every beginning of one: most letters of a text begin none, which is seen after a few. */
const compiled = new WeakMap<TokenPreparation, ReadonlyMap<string, number>>();

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
  const pieces = piecesOf(preparation);
  const normal = text.normalize('NFKC');
  const symbols = normal.length > 0 ? [...(SPACE + normal.replace(/ /g, SPACE))] : [];
  // The best way to cut what lies before a place, by its end: its score, its last piece, and where that begins.
  const scores = new Float64Array(symbols.length + 1).fill(-Infinity);
  const ids = new Int32Array(symbols.length + 1).fill(UNKNOWN);
  const froms = new Int32Array(symbols.length + 1);
  scores[0] = 0;
  for (let from = 0; from <= symbols.length; from++) {
    // A sign that no piece covers is unknown; it costs nothing, as the model was trained.
    if (scores[from] === -Infinity) {
      scores[from] = scores[from - 1]!;
      froms[from] = from - 1;
    }
    let piece = '';
    for (let end = from + 1; end <= symbols.length; end++) {
      piece += symbols[end - 1]!;
      const id = pieces.get(piece);
      if (id === undefined) break;
      if (id === NONE) continue;
      const score = scores[from]! + preparation.vocabulary[id]![1];
      // Of equals the shorter last piece.
      if (score < scores[end]!) continue;
      scores[end] = score;
      ids[end] = id;
      froms[end] = from;
    }
  }
  const found: number[] = [];
  for (let end = symbols.length; end > 0; end = froms[end]!) {
    const id = ids[end]!;
    // A run of unknown signs is one.
    if (id !== UNKNOWN || found.at(-1) !== UNKNOWN) found.push(id);
  }
  return found.reverse();
}

function piecesOf(preparation: TokenPreparation): ReadonlyMap<string, number> {
  const known = compiled.get(preparation);
  if (known) return known;
  const pieces = new Map<string, number>();
  for (let id = preparation.reserved; id < preparation.vocabulary.length; id++) {
    let beginning = '';
    for (const symbol of preparation.vocabulary[id]![0]) {
      beginning += symbol;
      if (!pieces.has(beginning)) pieces.set(beginning, NONE);
    }
    pieces.set(beginning, id);
  }
  compiled.set(preparation, pieces);
  return pieces;
}
