import { toldPlace, traceparentOf } from './trace-context';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const SPAN = '00f067aa0ba902b7';
const place = { traceId: TRACE, spanId: SPAN };

test('a place is read as it is written, with its flag', () => {
  expect(toldPlace(traceparentOf(place, true), undefined)).toEqual({ ...place, isSampled: true });
  expect(toldPlace(traceparentOf(place, false), undefined)).toEqual({ ...place, isSampled: false });
  // Other flags, and what later versions say behind them, change nothing.
  expect(toldPlace(`00-${TRACE}-${SPAN}-fd`, undefined)).toMatchObject({ isSampled: true });
  expect(toldPlace(`cc-${TRACE}-${SPAN}-01-what-will-be`, undefined)).toEqual({ ...place, isSampled: true });
});

test.each([
  undefined,
  '',
  'nonsense',
  `00-${TRACE}-${SPAN}`,
  `00-${TRACE}-${SPAN}-01-more`,
  `ff-${TRACE}-${SPAN}-01`,
  `00-${'0'.repeat(32)}-${SPAN}-01`,
  `00-${TRACE}-${'0'.repeat(16)}-01`,
  `00-${TRACE.toUpperCase()}-${SPAN}-01`,
  `00-${TRACE.slice(1)}-${SPAN}-01`,
  `00-${TRACE}-${SPAN}-1`,
  `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`,
  ['00', TRACE],
  `00-${TRACE}-${SPAN}-0${'1'.repeat(100_000)}`,
])('what is not well formed is ignored: %.60p', (parent) => {
  expect(toldPlace(parent, 'vendor=1')).toBeUndefined();
});

test.each([
  ['vendor=1', 'vendor=1'],
  ['a=1 , tenant@b=2,', 'a=1,tenant@b=2'],
  ['', undefined],
  ['A=1', undefined],
  ['vendor', undefined],
  ['vendor=a=b', undefined],
  [`a=${'x'.repeat(300)}`, undefined],
  [Array.from({ length: 33 }, (_, i) => `v${i}=1`).join(','), undefined],
])('a state is passed on whole or not at all: %.40p', (state, passed) => {
  expect(toldPlace(traceparentOf(place, true), state)?.state).toBe(passed);
});
