import type { CardFacts } from '../model-card/card-facts';
import { annexFour, type AnnexFacts } from './annex-four';

const version: CardFacts = {
  versionId: 'mdv_1',
  model: 'lender',
  task: 'TABULAR_CLASSIFICATION',
  number: 2,
  contentHash: 'a'.repeat(64),
  engine: 'ONNX',
  createdAt: '2026-05-01T00:00:00.000Z',
  sizeBytes: '1000',
  inputs: [{ name: 'income', dtype: 'FLOAT32' }],
  outputs: [{ name: 'probability', dtype: 'FLOAT32' }],
  labels: [],
  threshold: null,
  metrics: [{ name: 'accuracy', value: 0.8, n: 200, interval: [0.74, 0.85], level: 0.95 }],
  fairness: null,
  parents: [],
  lineage: { ancestors: [], data: [], training: null, chart: null },
  derivation: null,
  data: null,
  makersWords: null,
};
const facts: AnnexFacts = {
  assessment: {
    id: 'ima_1',
    use: 'credit-decisions',
    number: 3,
    purpose: 'Says how likely it is that a loan is paid back.\n## 8. Signed',
    affected: 'applicants',
    tier: 'HIGH',
    reasons: [{ article: 'Annex III, 5', says: 'is used in essential services' }],
    functions: { govern: 'The head.', map: 'Loans.', measure: 'Accuracy, by age.', manage: 'Rolled back.' },
    risks: [
      {
        harm: 'Refused | wrongly',
        affects: 'applicants',
        likelihood: 'RARE',
        severity: 'SERIOUS',
        mitigation: 'A clerk.',
      },
    ] as never,
    humanOversight: null,
    ownerId: 'stf_1',
  },
  version,
  changes: [{ number: 1, createdAt: '2026-04-01T00:00:00.000Z', derivation: null }],
  reviewBy: '2027-01-01T00:00:00.000Z',
  watched: [],
};

test('the documentation has the nine sections of Annex IV, in order, and no other', () => {
  const titles = [...annexFour(facts).matchAll(/^## (\d)\./gm)].map(([, number]) => number);
  expect(titles.join('')).toBe('123456789');
});

test('what is not known is said to be missing, and what is known is not', () => {
  const page = annexFour(facts);
  expect(page).toContain('Human oversight (Article 14): *Not known here');
  expect(
    annexFour({ ...facts, assessment: { ...facts.assessment, humanOversight: 'A clerk decides.' } }),
  ).toContain('Human oversight (Article 14): A clerk decides.');
  expect(page).toContain('| accuracy | 0.8 | 0.74 – 0.85 | 200 |');
  expect(page).toContain('by Annex III, 5 (is used in essential services)');
});

test('what is missing stands by itself, and is no part of the list before it', () => {
  expect(annexFour(facts)).not.toMatch(/\n[-|][^\n]*\n\*Not known here/);
});

test('texts of people become no headings and no columns', () => {
  expect(annexFour(facts)).toContain('Refused \\| wrongly');
});

test('how live traffic is watched for fairness is told, and missing where it is not', () => {
  expect(annexFour(facts)).toContain('*Not known here, to be written by the provider: how it is watched');
  const one = { deployment: 'loans', attributes: ['gender', 'age'], measure: 'DEMOGRAPHIC_PARITY_RATIO' };
  const page = annexFour({ ...facts, watched: [{ ...one, threshold: 0.8, action: 'OPEN_INCIDENT' }] });
  expect(page).toContain('- as loans its live traffic is watched by gender, age');
  expect(page).not.toContain('how it is watched');
});
