/**
 * Which routes a roll-back leads to: promotions stack, roll-backs take one off, however often. A canary is one entry from its
 * start to its end: whoever rolls it back is back where it started, not at its step before.
 */
import type { WeightedRoute } from './split';

export type RouteMove =
  'CREATED' | 'PROMOTED' | 'ROLLED_BACK' | 'CANARY_STARTED' | 'CANARY_STEPPED' | 'CANARY_COMPLETED';

export interface RouteEvent {
  readonly move: RouteMove;
  readonly routes: readonly WeightedRoute[];
}

/** @param history oldest first. Undefined when there is nothing to go back to. */
export function routesBefore(history: readonly RouteEvent[]): readonly WeightedRoute[] | undefined {
  const stack: (readonly WeightedRoute[])[] = [];
  for (const { move, routes } of history) {
    if (move === 'ROLLED_BACK') stack.pop();
    else if (move === 'CANARY_STEPPED' || move === 'CANARY_COMPLETED') stack[stack.length - 1] = routes;
    else stack.push(routes);
  }
  return stack.at(-2);
}
