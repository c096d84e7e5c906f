/** The section that says where a version comes from: by name for people, as a flowchart for who wants to draw it. */
import type { CardFacts } from './card-facts';
import { cardMarkdown } from './card-markdown';

const FACTS: CardFacts = {
  versionId: 'mdv_2',
  model: 'wages',
  task: 'TABULAR_CLASSIFICATION',
  number: 2,
  contentHash: 'a'.repeat(64),
  engine: 'ONNX',
  createdAt: '2026-05-02T00:00:00.000Z',
  sizeBytes: '100',
  inputs: [],
  outputs: [],
  labels: [],
  threshold: null,
  metrics: [],
  fairness: null,
  parents: ['mdv_1'],
  derivation: 'QUANTISED',
  lineage: {
    ancestors: [
      {
        id: 'mdv_1',
        model: 'wages *1985*',
        number: 1,
        parentIds: [],
        datasetVersionId: 'dsv_1',
        kind: null,
        isRetired: false,
      },
    ],
    data: [{ id: 'dsv_1', dataset: 'wages', number: 4 }],
    training: null,
    chart: 'flowchart LR\n  n0["wages 1"]\n',
  },
  data: null,
  makersWords: null,
};
const section = (facts: CardFacts): string => cardMarkdown(facts, null).split('## Where it comes from')[1]!;

test('parents are named, with what was done to them, and so is the data they learned on', () => {
  expect(section(FACTS)).toContain('- made of wages \\*1985\\*, version 1 (mdv_1): QUANTISED');
  expect(section(FACTS)).toContain('- learned on wages, version 4');
  expect(section(FACTS)).toContain('```mermaid\nflowchart LR\n  n0["wages 1"]\n```');
});

test('a training is told with what would give the same weights again, and its cost', () => {
  const training = {
    kind: 'LINEAR',
    objective: 'CLASSIFICATION',
    seed: 7,
    backend: 'wasm',
    deviceSeconds: 1.25,
  };
  const trained = { ...FACTS, parents: [], lineage: { ...FACTS.lineage, ancestors: [], training } };
  expect(section(trained)).toContain('LINEAR, CLASSIFICATION, seed 7, on wasm, 1.25 s on the device');
});

test('from which probability on the positive class is said is told', () => {
  const facts = { ...FACTS, labels: ['no', 'yes'], threshold: 0.3 };
  expect(cardMarkdown(facts, null)).toContain('- yes, from a probability of 0.3 on\n');
});

test('what came from nowhere that is known says so', () => {
  const lineage = { ancestors: [], data: [], training: null, chart: null };
  const words = section({ ...FACTS, parents: [], lineage });
  expect(words).toContain('not trained here');
  expect(words).not.toContain('mermaid');
});
