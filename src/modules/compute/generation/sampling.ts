/**
 * Which token comes next: the likeliest one at temperature 0, else a draw among the likeliest ones that together reach
 * `topP`. Pure: chance is handed in, so the same seed writes the same text.
 */
export interface SamplingRules {
  readonly temperature: number;
  readonly topP: number;
  /** Ids below it stand for no text and are never drawn. */
  readonly firstToken: number;
}

/** @param random answers numbers in [0, 1). */
export function nextToken(logits: Float32Array, rules: SamplingRules, random: () => number): number {
  const { temperature, topP, firstToken } = rules;
  const best = likeliest(logits, firstToken);
  if (temperature === 0) return best;
  const candidates: { token: number; weight: number }[] = [];
  let sum = 0;
  for (let token = firstToken; token < logits.length; token++) {
    const weight = Math.exp((logits[token]! - logits[best]!) / temperature);
    sum += weight;
    candidates.push({ token, weight });
  }
  candidates.sort((a, b) => b.weight - a.weight || a.token - b.token);
  const kept = nucleus(candidates, topP * sum);
  let left = random() * kept.weight;
  for (const { token, weight } of kept.candidates) {
    left -= weight;
    if (left < 0) return token;
  }
  return kept.candidates.at(-1)!.token;
}

/** The fewest of the likeliest whose weight reaches `enough`; at least one. */
function nucleus<C extends { readonly weight: number }>(
  candidates: readonly C[],
  enough: number,
): { candidates: readonly C[]; weight: number } {
  let weight = 0;
  let count = 0;
  do weight += candidates[count++]!.weight;
  while (count < candidates.length && weight < enough);
  return { candidates: candidates.slice(0, count), weight };
}

function likeliest(logits: Float32Array, firstToken: number): number {
  let best = firstToken;
  for (let token = firstToken + 1; token < logits.length; token++)
    if (logits[token]! > logits[best]!) best = token;
  return best;
}

/** Numbers in [0, 1) that follow from the seed alone (mulberry32, T. Ettinger, public domain). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
