/** The gate's own checks: what passes, what does not, and what they say nothing about. */
import { DType, type Metric, rowFaults, type TensorSpec } from '../../models';
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

test('what passes takes every row that the version that serves takes, and what would refuse one does not pass', () => {
  const age = { name: 'age', dtype: DType.FLOAT32, optional: false };
  const place = { ...age, name: 'place', shape: [2] };
  const serves = [age, place];
  const row = { age: 40, place: [1, 2] };
  const candidates: [string, TensorSpec[]][] = [
    ['the same', serves],
    ['the same in another order, one of it optional', [place, { ...age, optional: true }]],
    ['one input less', [age]],
    ['one more that may be null', [...serves, { ...age, name: 'hint', optional: true }]],
    ['lists of another length', [age, { ...place, shape: [3] }]],
  ];
  const { outputs } = version().signature;
  const current = version({ signature: { inputs: serves, outputs } });
  for (const [name, inputs] of candidates) {
    const { passed, detail } = signatureCheck(current, version({ signature: { inputs, outputs } }));
    expect([name, passed, detail]).toEqual([name, rowFaults(inputs, row).length === 0, detail]);
  }
});

test('what callers may send today is taken tomorrow: categories, texts, and ranges beyond their margin', () => {
  const { outputs } = version().signature;
  const takes = (spec: Partial<TensorSpec>) =>
    version({
      signature: { inputs: [{ name: 'x', dtype: DType.STRING, optional: false, ...spec }], outputs },
    });
  const towns = takes({ categories: ['Bruges', 'Ghent'] });
  expect(signatureCheck(towns, takes({ categories: ['Antwerp', 'Bruges', 'Ghent'] })).passed).toBe(true);
  expect(signatureCheck(towns, takes({})).passed).toBe(true);
  expect(signatureCheck(towns, takes({ categories: ['Ghent'] }))).toMatchObject({
    passed: false,
    detail: 'mdv_1: x does not know "Bruges" any more',
  });
  expect(signatureCheck(takes({}), towns).passed).toBe(false);
  expect(signatureCheck(takes({ maxLength: 100 }), takes({ maxLength: 99 }))).toMatchObject({
    passed: false,
    detail: 'mdv_1: x took 100 characters and takes 99',
  });
  expect(signatureCheck(takes({ maxLength: 99 }), takes({ maxLength: 100 })).passed).toBe(true);
  const ages = (min: number | null, max: number | null) => takes({ dtype: DType.FLOAT32, min, max });
  // Learned from 25 to 75, with half of it on either side.
  const current = ages(0, 100);
  for (const [min, max, passed] of [
    [0, 100, true],
    [25, 75, true],
    [null, null, true],
    [26, 100, false],
    [0, 74, false],
  ] as const)
    expect([min, max, signatureCheck(current, ages(min, max)).passed]).toEqual([min, max, passed]);
  expect(signatureCheck(current, ages(0, 60)).detail).toContain(
    'x was taken from 0.000 to 100.0 and is from 0.000 to 60.00',
  );
  expect(signatureCheck(ages(null, null), ages(0, 60)).passed).toBe(true);
});

test('a name that is answered as before is of the type that it was', () => {
  const answers = (dtype: DType) =>
    version({ signature: { ...version().signature, outputs: [{ name: 'y', dtype, optional: false }] } });
  expect(signatureCheck(answers(DType.STRING), answers(DType.FLOAT32))).toMatchObject({
    passed: false,
    detail: 'mdv_1: it answers y as FLOAT32, which was STRING',
  });
});

test('an input that could be left out must not become one that is needed; the other way round it may', () => {
  const { outputs } = version().signature;
  const asks = (optional: boolean) =>
    version({ signature: { inputs: [{ name: 'age', dtype: DType.FLOAT32, optional }], outputs } });
  expect(signatureCheck(asks(true), asks(false))).toMatchObject({
    passed: false,
    detail: 'mdv_1: age could be left out',
  });
  expect(signatureCheck(asks(false), asks(true)).passed).toBe(true);
  expect(signatureCheck(asks(true), asks(true))).toMatchObject({
    passed: true,
    detail: 'mdv_1: 1 inputs and 1 outputs fit',
  });
});

test('worse beyond chance does not pass, worse within it does, and less loss is better', () => {
  const judged = (metrics: Metric[]) => regressionCheck(version(), version({ metrics }))!.passed;
  expect(judged([metric('auc', 0.75, 0.02)])).toBe(false);
  expect(judged([metric('auc', 0.79, 0.02)])).toBe(true);
  expect(judged([metric('brier', 0.2, 0.01)])).toBe(false);
  expect(judged([metric('brier', 0.1, 0.01)])).toBe(true);
});

test('chance is that of both figures together, and what is told is what fails', () => {
  const judged = (...metrics: Metric[]) => regressionCheck(version(), version({ metrics }))!;
  // √(0.02² + 0.02²) = 0.0283
  expect(judged(metric('auc', 0.773, 0.02)).passed).toBe(true);
  expect(judged(metric('auc', 0.771, 0.02)).passed).toBe(false);
  expect(judged(metric('auc', 0.7, 0.02), metric('brier', 0.15, 0.01)).detail).toBe(
    'mdv_1: worse beyond chance: auc 0.7000 (was 0.8000)',
  );
  expect(judged(metric('auc', 0.81, 0.02), metric('unknown before', 1, 0.1)).detail).toBe(
    'mdv_1: no worse beyond chance: auc 0.8100 (was 0.8000)',
  );
});

test('another threshold gives precision for recall, and is refused where it gives for nothing', () => {
  const { signature } = version();
  const of = (threshold: number | undefined, precision: number, recall: number, auc = 0.8) =>
    version({
      signature: { ...signature, labels: ['no', 'yes'], ...(threshold && { threshold }) },
      metrics: [
        metric('precision', precision, 0.02),
        metric('recall', recall, 0.02),
        metric('auc', auc, 0.02),
      ],
    });
  const judged = (candidate: JudgedVersion) => regressionCheck(of(undefined, 0.8, 0.5), candidate)!;
  expect(judged(of(0.3, 0.6, 0.9))).toMatchObject({
    passed: true,
    detail: expect.stringContaining(
      'traded by the threshold 0.3, which was 0.5: precision 0.6000 (was 0.8000)',
    ) as string,
  });
  expect(judged(of(undefined, 0.6, 0.9)).passed).toBe(false);
  expect(judged(of(0.9, 0.81, 0.2)).passed).toBe(false);
  expect(judged(of(0.3, 0.6, 0.9, 0.7)).passed).toBe(false);
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
  expect([derived(0.781).passed, derived(0.779).passed]).toEqual([true, false]);
  expect(derived(0.7).detail).toContain('auc 0.7000 (parent 0.8000), 100 bytes (parent 400)');
  expect(derivationCheck(version())).toBeUndefined();
  expect(derivationCheck(version({ derivation: { kind: 'THRESHOLD' } as never }))).toBeUndefined();
});

test.each(['mae', 'meanSquaredError'])(
  '%s is in the unit of the label: its loss is a part of the parent’s',
  (metric) => {
    const passes = (value: number, parent: number): boolean => {
      const quality = [{ metric, value, parent, interval: null, level: null, n: 200 }];
      const derivation = { quality, size: { bytes: '1', parentBytes: '4' } } as never;
      return derivationCheck(version({ derivation }))!.passed;
    };
    for (const unit of [1e-3, 1, 1e5]) {
      expect(passes(1.01 * unit, unit)).toBe(true);
      expect(passes(0.5 * unit, unit)).toBe(true);
      expect(passes(1.1 * unit, unit)).toBe(false);
    }
  },
);
