import { type RouteEvent, type RouteMove, routesBefore } from './route-history';

const event = (move: RouteMove, versionId: string): RouteEvent => ({
  move,
  routes: [{ versionId, weight: 100 }],
});
const versionBefore = (...history: RouteEvent[]): string | undefined => routesBefore(history)?.[0]?.versionId;

test('a new deployment has nothing to go back to', () => {
  expect(versionBefore(event('CREATED', 'a'))).toBeUndefined();
});

test('a roll-back leads to the routes before the last promotion', () => {
  expect(versionBefore(event('CREATED', 'a'), event('PROMOTED', 'b'))).toBe('a');
});

test('a second roll-back goes one step further, not back and forth', () => {
  const history = [
    event('CREATED', 'a'),
    event('PROMOTED', 'b'),
    event('PROMOTED', 'c'),
    event('ROLLED_BACK', 'b'),
  ];
  expect(versionBefore(...history)).toBe('a');
  expect(versionBefore(...history, event('ROLLED_BACK', 'a'))).toBeUndefined();
});

test('after a roll-back a new promotion can be rolled back to where it started', () => {
  expect(
    versionBefore(
      event('CREATED', 'a'),
      event('PROMOTED', 'b'),
      event('ROLLED_BACK', 'a'),
      event('PROMOTED', 'c'),
    ),
  ).toBe('a');
});

test('a canary is one entry, however many steps it took: rolled back or completed, it leads to where it began', () => {
  const begun = [event('CREATED', 'a'), event('CANARY_STARTED', 'a1'), event('CANARY_STEPPED', 'a5')];
  expect(versionBefore(...begun)).toBe('a');
  expect(versionBefore(...begun, event('CANARY_COMPLETED', 'b'))).toBe('a');
  expect(versionBefore(...begun, event('ROLLED_BACK', 'a'))).toBeUndefined();
});
