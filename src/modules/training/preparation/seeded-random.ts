/**
 * Chance that can be repeated: the same seed gives the same numbers on every machine, so the same data gives the same
 * split, the same batches and the same weights. The generator is mulberry32: small, fast, good enough to shuffle.
 */
export type Random = () => number;

/** Numbers in [0, 1). */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Puts the items in a random order, in place (Fisher–Yates). */
export function shuffle<T extends Int32Array | number[]>(items: T, random: Random): T {
  for (let last = items.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [items[last], items[other]] = [items[other]!, items[last]!];
  }
  return items;
}
