/** Which routes a roll-back leads to: promotions stack, roll-backs take one off, however often. */
import type { WeightedRoute } from './split';

export type RouteMove = 'CREATED' | 'PROMOTED' | 'ROLLED_BACK';

export interface RouteEvent {
  readonly move: RouteMove;
  readonly routes: readonly WeightedRoute[];
}

/** @param history oldest first. Undefined when there is nothing to go back to. */
export function routesBefore(history: readonly RouteEvent[]): readonly WeightedRoute[] | undefined {
  const stack: (readonly WeightedRoute[])[] = [];
  for (const { move, routes } of history) {
    if (move === 'ROLLED_BACK') stack.pop();
    else stack.push(routes);
  }
  return stack.at(-2);
}
