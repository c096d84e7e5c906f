/**
 * Which version a unit (an end user, else a customer) gets: sticky, without a table. Weighted rendezvous hashing
 * (Schindelhauer, Schomaker 2005): each version draws a number for the unit, weighted, and the largest wins; when weights
 * change or a version comes or goes, only the units move that have to.
 */
export interface WeightedRoute {
  readonly versionId: string;
  /** 0–100; 0 keeps the version warm without traffic of its own (feature tests may still send some). */
  readonly weight: number;
}

/** Weights are percentages of the whole. */
export const WHOLE = 100;

/** @param salt differs by deployment, so that the same people are not always the first to meet a candidate. */
export function routeFor<R extends WeightedRoute>(routes: readonly R[], salt: string, unit: string): R {
  let best: R | undefined;
  let bestScore = -Infinity;
  for (const route of routes) {
    if (route.weight === 0) continue;
    const score = route.weight / -Math.log(drawOf(`${salt}\n${route.versionId}\n${unit}`));
    if (score > bestScore) [best, bestScore] = [route, score];
  }
  if (!best) throw new RangeError('a split needs a route with a weight above 0');
  return best;
}

/** The text as a number in (0, 1): FNV-1a, finished as MurmurHash3 does, so that similar texts lie far apart. */
export function drawOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (((hash ^ (hash >>> 16)) >>> 0) + 0.5) / 2 ** 32;
}
