/** The picture of a lineage: what points at what, whatever names people chose. */
import { lineageChart, type LineageVersion, MOST_VERSIONS } from './lineage-chart';

const version = (id: string, fields: Partial<LineageVersion> = {}): LineageVersion => ({
  id,
  model: 'wages',
  number: 1,
  parentIds: [],
  datasetVersionId: null,
  kind: null,
  isRetired: false,
  ...fields,
});

test('data, what learned on it, and what was made of that, each with its arrow', () => {
  const versions = [
    version('mdv_a', { datasetVersionId: 'dsv_1' }),
    version('mdv_b', { number: 2, parentIds: ['mdv_a'], datasetVersionId: 'dsv_1', kind: 'QUANTISED' }),
    version('mdv_c', { number: 3, parentIds: ['mdv_a'], kind: 'FINE_TUNED', isRetired: true }),
  ];
  expect(lineageChart('mdv_a', versions, [{ id: 'dsv_1', dataset: 'wages', number: 4 }])).toBe(
    `flowchart LR
  n0[("wages data 4")]
  n1["wages 1"]
  n2["wages 2"]
  n3["wages 3, retired"]
  n0 -->|learned on| n1
  n1 -->|quantised| n2
  n1 -->|fine-tuned| n3
  style n1 stroke-width:3px
`,
  );
});

test('data that the reader may not see is not in it', () => {
  expect(lineageChart('mdv_a', [version('mdv_a', { datasetVersionId: 'dsv_1' })], [])).not.toContain('n1');
});

test('a name cannot leave its node', () => {
  const chart = lineageChart('mdv_a', [version('mdv_a', { model: 'x"]\nclick n0 "javascript:y"' })], []);
  expect(chart.split('\n')[1]).toBe('  n0["x#34;#93;#10;click n0 #34;javascript#58;y#34; 1"]');
});

test('a picture of too many versions says that it was cut', () => {
  const many = Array.from({ length: MOST_VERSIONS + 1 }, (_, at) => version(`mdv_${at}`, { number: at }));
  const chart = lineageChart('mdv_0', many, []);
  expect(chart).toContain('cut["more than 50 versions');
  expect(chart).not.toContain('wages 50"');
});
