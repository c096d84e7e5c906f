/** A disorder that can be had again: shuffled, and a part of it twice, by a seed. */
const STEP = 0x6d2b79f5;
const RANGE = 2 ** 32;

export function disorder<T>(
  things: readonly T[],
  { seed, doubled }: { readonly seed: number; readonly doubled: number },
): T[] {
  const random = randomFrom(seed);
  const all = things.flatMap((thing) => (random() < doubled ? [thing, thing] : [thing]));
  for (let last = all.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [all[last], all[other]] = [all[other]!, all[last]!];
  }
  return all;
}

/** Mulberry32: small, and good enough to shuffle with. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + STEP) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / RANGE;
  };
}
