/** The lines of a table that is read as it streams by: a text in it may hold every other sign that ends a line somewhere. */

/** Whole lines alone: a table ends with one. */
export async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop()!;
    yield* lines;
  }
}
