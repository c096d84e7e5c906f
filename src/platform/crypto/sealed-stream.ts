/**
 * What is too long to be sealed in one piece: frames of it, one a line, each bound to its place and the last one to being the last,
 * so that none can be changed, moved, left out or cut off unnoticed (STREAM: Hoang, Reyhanitabar, Rogaway and Vizár 2015).
 */
import type { Crypto } from './crypto';

const FRAME_BYTES = 256 * 1024;

export interface Seal {
  readonly purpose: string;
  /** What the whole belongs to, for example row and column. */
  readonly context: string;
}

/** The sealed lines of `bytes`, as bytes. At least one, also of nothing. */
export async function* sealedLines(
  crypto: Pick<Crypto, 'seal'>,
  { purpose, context }: Seal,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  let place = 0;
  let held: Uint8Array[] = [];
  let length = 0;
  const frame = (isLast: boolean): Buffer => {
    const sealed = crypto.seal(purpose, Buffer.concat(held), contextOf(context, place++, isLast));
    held = [];
    length = 0;
    return Buffer.from(`${sealed}\n`);
  };
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.byteLength;
    if (length >= FRAME_BYTES) yield frame(false);
  }
  yield frame(true);
}

/**
 * What was sealed, frame by frame: no more of the lines is read than whoever reads asks for, and nothing once they stop.
 * @throws Error when lines were changed, moved, left out or cut off.
 */
export async function* openedLines(
  crypto: Pick<Crypto, 'open'>,
  { purpose, context }: Seal,
  sealed: AsyncIterable<Buffer>,
): AsyncGenerator<Buffer> {
  let place = 0;
  let before: string | undefined;
  for await (const line of linesOf(sealed)) {
    if (before !== undefined) yield crypto.open(purpose, before, contextOf(context, place++, false));
    before = line;
  }
  yield crypto.open(purpose, before ?? '', contextOf(context, place, true));
}

/** Whole lines alone, which all of them are. Not `node:readline`: it reads a thousand lines ahead of whoever wants one. */
async function* linesOf(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece.toString('latin1')).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}

function contextOf(context: string, place: number, isLast: boolean): string {
  return `${context}:${place}${isLast ? ':last' : ''}`;
}
