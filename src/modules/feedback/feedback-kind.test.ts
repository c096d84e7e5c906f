import { FeedbackKind, faultsOf, satisfaction, type Said } from './feedback-kind';

const said = (part: Partial<Said>): Said => ({
  kind: FeedbackKind.THUMBS,
  score: null,
  text: null,
  correction: null,
  ...part,
});
const faults = (part: Partial<Said>, byToken = true): string[] =>
  faultsOf(said(part), byToken).map(({ field, constraint }) => `${field} ${constraint}`);

test('a score lies on the scale of its kind, in whole steps', () => {
  expect(faults({ kind: FeedbackKind.NPS, score: 0 })).toEqual([]);
  expect(faults({ kind: FeedbackKind.NPS, score: 10 })).toEqual([]);
  expect(faults({ kind: FeedbackKind.RATING, score: 0 })).toEqual(['score scale']);
  expect(faults({ kind: FeedbackKind.RATING, score: 3.5 })).toEqual(['score scale']);
  expect(faults({ kind: FeedbackKind.THUMBS, score: Number.NaN })).toEqual(['score scale']);
  expect(faults({ kind: FeedbackKind.CES })).toEqual(['score scale']);
});

test('words and corrections stand where they belong, and all faults are told at once', () => {
  expect(faults({ kind: FeedbackKind.TEXT })).toEqual(['text required']);
  expect(faults({ kind: FeedbackKind.TEXT, text: 'Well', score: 3 })).toEqual(['score absent']);
  expect(faults({ kind: FeedbackKind.CORRECTION, correction: false })).toEqual([]);
  expect(faults({ kind: FeedbackKind.CORRECTION, score: 1 }, false)).toEqual([
    'score absent',
    'correction required',
    'feedbackToken required',
  ]);
  expect(faults({ score: 1, correction: { label: 'x' } })).toEqual(['correction absent']);
});

test('how disappointed somebody would be is asked of the product, and of no answer', () => {
  expect(faults({ kind: FeedbackKind.PMF, score: 3 }, false)).toEqual([]);
  expect(faults({ kind: FeedbackKind.PMF, score: 4 }, false)).toEqual(['score scale']);
  expect(faults({ kind: FeedbackKind.PMF, score: 3 })).toEqual(['feedbackToken absent']);
});

test('kinds that are measured differently meet on one scale from 0 to 1', () => {
  expect(satisfaction(FeedbackKind.THUMBS, 1)).toBe(1);
  expect(satisfaction(FeedbackKind.RATING, 3)).toBe(0.5);
  expect(satisfaction(FeedbackKind.NPS, 0)).toBe(0);
  expect(satisfaction(FeedbackKind.SEVERITY, 1)).toBeNull();
  expect(satisfaction(FeedbackKind.TEXT, null)).toBeNull();
});
