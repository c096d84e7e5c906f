import { checkpointPause } from './checkpoint-pace';

test('a small network is kept twice a second, a large one for a tenth of the time at most', () => {
  expect(checkpointPause(0)).toBe(500);
  expect(checkpointPause(20)).toBe(500);
  for (const keptMs of [200, 1500]) expect(keptMs / (keptMs + checkpointPause(keptMs))).toBeLessThan(0.1);
});
