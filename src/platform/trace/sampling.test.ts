import { isRecorded, newSpanId, newTraceId } from './sampling';

const SAMPLERS = ['always_on', 'always_off', 'traceidratio'].flatMap(
  (name) => [name, `parentbased_${name}`] as ('always_on' | 'parentbased_always_on')[],
);
const ids = Array.from({ length: 4000 }, newTraceId);
const recorded = (ratio: number): string[] =>
  ids.filter((id) => isRecorded({ sampler: 'traceidratio', ratio }, id));

test('about so many are recorded as the ratio says, and a larger one records all that a smaller one does', () => {
  expect(recorded(0)).toEqual([]);
  expect(recorded(1)).toEqual(ids);
  const tenth = recorded(0.1);
  // 4000 drawn with 0.1: six standard deviations are 114.
  expect(Math.abs(tenth.length - 400)).toBeLessThan(114);
  expect(recorded(0.5)).toEqual(expect.arrayContaining(tenth));
});

test.each(SAMPLERS)('%s heeds a parent when its name says so', (sampler) => {
  const heeds = sampler.startsWith('parentbased');
  const own = isRecorded({ sampler, ratio: 0 }, ids[0]!);
  expect(own).toBe(sampler.endsWith('always_on'));
  for (const parent of [true, false])
    expect(isRecorded({ sampler, ratio: 0 }, ids[0]!, parent)).toBe(heeds ? parent : own);
});

test('ids are as long as the standard wants them, and none comes twice', () => {
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(newSpanId()).toMatch(/^[0-9a-f]{16}$/);
});
