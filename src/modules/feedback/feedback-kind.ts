/** The kinds of feedback, what each may say, and how kinds that are measured differently are put on one scale. */
import { registerEnumType } from 'type-graphql';

export enum FeedbackKind {
  THUMBS = 'THUMBS',
  RATING = 'RATING',
  CSAT = 'CSAT',
  CES = 'CES',
  NPS = 'NPS',
  PMF = 'PMF',
  SEVERITY = 'SEVERITY',
  TEXT = 'TEXT',
  CORRECTION = 'CORRECTION',
}

registerEnumType(FeedbackKind, {
  name: 'FeedbackKind',
  description: 'What kind of feedback it is.',
  valuesConfig: {
    THUMBS: { description: 'Thumb down (0) or up (1).' },
    RATING: { description: 'Stars, 1–5.' },
    CSAT: { description: 'Satisfaction, 1–5.' },
    CES: { description: 'How easy it was, 1–7; 7 is easiest.' },
    NPS: { description: 'How likely to recommend, 0–10.' },
    PMF: {
      description:
        'How they would feel if they could no longer use the product: not disappointed (1), somewhat (2), very (3). Of the product: without a feedback token. One answer in 90 days: said again, it is changed.',
    },
    SEVERITY: { description: 'How bad a problem is, 1–4; 1 is worst.' },
    TEXT: { description: 'Words alone.' },
    CORRECTION: { description: 'The right answer; only with a feedback token.' },
  },
});

interface Scale {
  readonly min: number;
  readonly max: number;
}

const SCALES: Partial<Record<FeedbackKind, Scale>> = {
  [FeedbackKind.THUMBS]: { min: 0, max: 1 },
  [FeedbackKind.RATING]: { min: 1, max: 5 },
  [FeedbackKind.CSAT]: { min: 1, max: 5 },
  [FeedbackKind.CES]: { min: 1, max: 7 },
  [FeedbackKind.NPS]: { min: 0, max: 10 },
  [FeedbackKind.PMF]: { min: 1, max: 3 },
  [FeedbackKind.SEVERITY]: { min: 1, max: 4 },
};

export function scaleOf(kind: FeedbackKind): Scale | undefined {
  return SCALES[kind];
}

export interface Said {
  readonly kind: FeedbackKind;
  readonly score: number | null;
  readonly text: string | null;
  readonly correction: unknown;
}

export interface Fault {
  readonly field: 'score' | 'text' | 'correction' | 'feedbackToken';
  readonly message: string;
  readonly constraint: string;
}

/** Everything that is wrong with what was said. */
export function faultsOf(said: Said, byToken: boolean): Fault[] {
  return [...scoreFaults(said), ...wordFaults(said, byToken)];
}

function scoreFaults({ kind, score }: Said): Fault[] {
  const scale = SCALES[kind];
  if (!scale) {
    return score === null
      ? []
      : [{ field: 'score', message: `${kind} has no score: leave it out.`, constraint: 'absent' }];
  }
  if (score !== null && Number.isInteger(score) && score >= scale.min && score <= scale.max) return [];
  const message = `${kind} needs a whole score from ${scale.min} to ${scale.max}.`;
  return [{ field: 'score', message, constraint: 'scale' }];
}

function wordFaults({ kind, text, correction }: Said, byToken: boolean): Fault[] {
  const isCorrection = kind === FeedbackKind.CORRECTION;
  const faults: Fault[] = [];
  if (kind === FeedbackKind.TEXT && text === null)
    faults.push({ field: 'text', message: 'TEXT needs words.', constraint: 'required' });
  if (isCorrection && (correction === null || correction === undefined))
    faults.push({
      field: 'correction',
      message: 'CORRECTION needs the right answer.',
      constraint: 'required',
    });
  if (!isCorrection && correction !== null && correction !== undefined)
    faults.push({
      field: 'correction',
      message: `${kind} has no correction: leave it out.`,
      constraint: 'absent',
    });
  if (isCorrection && !byToken) {
    const message = 'A correction is of one answer: send its feedbackToken.';
    faults.push({ field: 'feedbackToken', message, constraint: 'required' });
  }
  if (kind === FeedbackKind.PMF && byToken) {
    const message = 'PMF is of the product and not of one answer: leave the feedbackToken out.';
    faults.push({ field: 'feedbackToken', message, constraint: 'absent' });
  }
  return faults;
}

/** Whether how bad it is was said by the person, and no reviewer judged otherwise. */
export function isSeveritySaid({
  kind,
  score,
  severity,
}: Pick<Said, 'kind' | 'score'> & { readonly severity: number | null }): boolean {
  return kind === FeedbackKind.SEVERITY && severity === score;
}

/** 0 (worst) to 1 (best) for what tells satisfaction; null for the rest. */
export function satisfaction(kind: FeedbackKind, score: number | null): number | null {
  const scale = SCALES[kind];
  if (!scale || score === null || kind === FeedbackKind.SEVERITY) return null;
  return (score - scale.min) / (scale.max - scale.min);
}

/** The same in SQL, of a column with the kind and one with the score. */
export function SATISFACTION_SQL(kindExpr: string, scoreExpr: string): string {
  const cases = Object.entries(SCALES)
    .filter(([kind]) => kind !== (FeedbackKind.SEVERITY as string))
    .map(([kind, { min, max }]) => `when '${kind}' then (${scoreExpr} - ${min}) / ${max - min}`);
  return `case ${kindExpr} ${cases.join(' ')} end`;
}
