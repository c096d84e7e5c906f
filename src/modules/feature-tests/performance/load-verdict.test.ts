import { RunVerdict } from '../functional/run-verdict';
import { type LoadPlan, LoadScenario, planOf } from './load-plan';
import { LoadRecord } from './load-record';
import { loadVerdict } from './load-verdict';

const plan = (scenario: LoadScenario, more: Partial<LoadPlan>): LoadPlan => ({
  ...planOf({ scenario, seed: 1, minDurationMs: 1000, findPeak: false }),
  ...more,
});
const server = plan(LoadScenario.SERVER, { targetRate: 100, latencyBoundMs: 15 });

function figures(quick: number, slow: number, failed = 0, isComplete = true) {
  const record = new LoadRecord(15);
  for (let i = 0; i < quick; i++) record.answered(5, { queueMs: 1, computeMs: 3 }, 1);
  for (let i = 0; i < slow; i++) record.answered(15.1, { queueMs: 11, computeMs: 3 }, 1);
  for (let i = 0; i < failed; i++) record.fail(new Error('too late'));
  return { record, durationMs: 10_000, isComplete };
}

test('passed, failed, or too little to tell: with the numbers', () => {
  expect(loadVerdict(server, figures(661, 1))).toEqual({
    verdict: RunVerdict.PASS,
    reason:
      '1 of 662 queries took longer than 15 ms or were not answered (0): the p99 of 15 ms at 100 queries a second holds at 99 % confidence.',
  });
  expect(loadVerdict(server, figures(660, 1))).toEqual({
    verdict: RunVerdict.NOT_ENOUGH_DATA,
    reason:
      '1 of 661 queries took longer than 15 ms or were not answered (0): too few for the p99 of 15 ms at 100 queries a second. With so many over it 662 queries are needed to tell.',
  });
  expect(loadVerdict(server, figures(900, 50)).verdict).toBe(RunVerdict.FAIL);
});

test('what was not answered is over the bound, and the first of it says why', () => {
  const { verdict, reason } = loadVerdict(server, figures(900, 0, 50));
  expect(verdict).toBe(RunVerdict.FAIL);
  expect(reason).toContain('50 of 950 queries took longer than 15 ms or were not answered (50)');
  expect(reason).toContain('The first that failed said: too late');
});

test('what ended before its count passes nothing, but may have failed', () => {
  expect(loadVerdict(server, figures(600, 0, 0, false))).toMatchObject({
    verdict: RunVerdict.NOT_ENOUGH_DATA,
    reason: expect.stringContaining('It ended with 600 queries of at least 662') as string,
  });
  expect(loadVerdict(server, figures(10, 10, 0, false)).verdict).toBe(RunVerdict.FAIL);
});

test('a single stream is judged by its p90', () => {
  const single = plan(LoadScenario.SINGLE_STREAM, { latencyBoundMs: 15 });
  expect(loadVerdict(single, figures(63, 1)).verdict).toBe(RunVerdict.PASS);
  expect(loadVerdict(single, figures(63, 1)).reason).toContain('the p90 of 15 ms holds');
});

test('offline is judged by rows a second, and by whether they were answered', () => {
  const offline = (targetRate: number, failed = 0) =>
    loadVerdict(plan(LoadScenario.OFFLINE, { targetRate }), figures(1000, 0, failed));
  expect(offline(100)).toEqual({
    verdict: RunVerdict.PASS,
    reason: '1000 rows at 100.0 a second (0 queries were not answered); 100 are asked for.',
  });
  expect(offline(101).verdict).toBe(RunVerdict.FAIL);
  expect(offline(100, 10).verdict).toBe(RunVerdict.PASS);
  const { verdict, reason } = offline(100, 300);
  expect(verdict).toBe(RunVerdict.FAIL);
  expect(reason).toContain('(300 queries were not answered); 100 are asked for. Too many were not answered');
});
