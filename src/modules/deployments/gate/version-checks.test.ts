/** The gate's own checks: what passes, what does not, and what they say nothing about. */
import { DType, type Metric } from '../../models';
import { derivationCheck, type JudgedVersion, regressionCheck, signatureCheck } from './version-checks';

const metric = (name: string, value: number, halfWidth: number): Metric => ({
  name,
  value,
  interval: [value - halfWidth, value + halfWidth],
  level: 0.95,
  n: 200,
});
const version = (fields: Partial<JudgedVersion> = {}): JudgedVersion => ({
  id: 'mdv_1',
  signature: {
    inputs: [{ name: 'age', dtype: DType.FLOAT32, optional: false }],
    outputs: [{ name: 'probability', dtype: DType.FLOAT32, optional: false }],
  },
  metrics: [metric('auc', 0.8, 0.02), metric('brier', 0.15, 0.01)],
  datasetVersionId: 'dsv_1',
  derivation: null,
  ...fields,
});

test('callers can go on as before, or the check names what they could not do', () => {
  expect(signatureCheck(version(), version())).toMatchObject({ name: 'same signature', passed: true });
  const other = version({
    signature: {
      inputs: [
        { name: 'age', dtype: DType.STRING, optional: false },
        { name: 'town', dtype: DType.STRING, optional: false },
        { name: 'hint', dtype: DType.STRING, optional: true },
      ],
      outputs: [],
    },
  });
  const { passed, detail } = signatureCheck(version(), other);
  expect(passed).toBe(false);
  expect(detail).toContain('age was FLOAT32 and is STRING; it needs town, which nobody sends');
  expect(detail).toContain('it does not answer probability');
});

test('worse beyond chance does not pass, worse within it does, and less loss is better', () => {
  const judged = (metrics: Metric[]) => regressionCheck(version(), version({ metrics }))!.passed;
  expect(judged([metric('auc', 0.75, 0.02)])).toBe(false);
  expect(judged([metric('auc', 0.79, 0.02)])).toBe(true);
  expect(judged([metric('brier', 0.2, 0.01)])).toBe(false);
  expect(judged([metric('brier', 0.1, 0.01)])).toBe(true);
});

test('figures of other data are not compared', () => {
  expect(regressionCheck(version(), version({ datasetVersionId: 'dsv_2' }))).toBeUndefined();
  expect(regressionCheck(version(), version({ datasetVersionId: null }))).toBeUndefined();
  expect(regressionCheck(version(), version({ metrics: [] }))).toBeUndefined();
});

test('a compressed version passes with a small loss and not with a large one', () => {
  const derived = (value: number) =>
    derivationCheck(
      version({
        derivation: {
          quality: [{ metric: 'auc', value, parent: 0.8, interval: null, level: null, n: 200 }],
          size: { bytes: '100', parentBytes: '400' },
        } as unknown as JudgedVersion['derivation'],
      }),
    )!;
  expect(derived(0.79)).toMatchObject({ name: 'loss by compression', passed: true });
  expect(derived(0.7)).toMatchObject({ passed: false });
  expect(derived(0.7).detail).toContain('auc 0.7000 (parent 0.8000), 100 bytes (parent 400)');
  expect(derivationCheck(version())).toBeUndefined();
});
