import { MetricKind } from './metric-plan';
import { planFaults } from './test-plan';

const variant = (key: string, weight: number, versionId = 'mdv_1') => ({ key, weight, versionId });
const plan = (...variants: ReturnType<typeof variant>[]) => ({
  variants,
  primaryMetric: { name: 'feedback_score' },
  guardrails: [{ name: 'latency_ms' }],
});

test('a plan whose groups make a whole and are served has no faults', () => {
  expect(planFaults(plan(variant('a', 50), variant('b', 50, 'mdv_2')), new Set(['mdv_1', 'mdv_2']))).toEqual(
    [],
  );
});

test('all faults come at once, each at its path', () => {
  const faulty = {
    ...plan(variant('a', 50), variant('a', 40, 'mdv_2')),
    guardrails: [{ name: 'feedback_score' }],
  };
  expect(planFaults(faulty, new Set(['mdv_1'])).map((fault) => fault.path!.join('.'))).toEqual([
    'input.variants',
    'input.variants.1.key',
    'input.variants.1.versionId',
    'input.guardrails.0.name',
  ]);
});

test('a ratio names what it is divided by, another metric than itself, and nothing else does', () => {
  const faults = planFaults(
    {
      ...plan(variant('a', 50), variant('b', 50)),
      primaryMetric: { name: 'revenue', kind: MetricKind.RATIO },
      guardrails: [
        { name: 'revenue', kind: MetricKind.RATIO, denominator: 'revenue' },
        { name: 'revenue', kind: MetricKind.COUNT, denominator: 'checkout' },
        { name: 'revenue', kind: MetricKind.RATIO, denominator: 'checkout' },
        { name: 'revenue', kind: MetricKind.COUNT },
        { name: 'revenue' },
      ],
    },
    new Set(['mdv_1']),
  );
  expect(faults.map(({ path }) => path!.join('.'))).toEqual([
    'input.primaryMetric.denominator',
    'input.guardrails.0.denominator',
    'input.guardrails.1.denominator',
    'input.guardrails.3.name',
  ]);
});
