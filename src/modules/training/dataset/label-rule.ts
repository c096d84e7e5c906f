/**
 * What is to be learned: which rows of the label's column count as positive. The rule is settled when the data comes in
 * and stored with its version, so that every training on it learns the same question.
 */
import { invalidInput } from '../../../kernel/errors';
import type { Cell, ColumnProfile } from './column-profile';
import { LIMITS } from './dataset-limits';

export type LabelRuleKind = 'EQUALS' | 'ABOVE_MEDIAN';

export interface LabelRule {
  readonly column: string;
  readonly kind: LabelRuleKind;
  /** EQUALS: the value that counts as positive. */
  readonly positive: Cell;
  /** ABOVE_MEDIAN: the median. */
  readonly threshold: number | null;
  /** Names of the two classes, the positive one last. */
  readonly labels: readonly [negative: string, positive: string];
}

export interface LabelWish {
  readonly column: string;
  readonly kind?: LabelRuleKind | null;
  readonly positive?: string | null;
}

const AFFIRMATIVE = ['1', 'true', 'yes', 'y', 'positive'];
const LISTED = 8;

export function labelOf({ kind, positive, threshold }: LabelRule, value: Cell): 0 | 1 {
  return (kind === 'ABOVE_MEDIAN' ? Number(value) > threshold! : value === positive) ? 1 : 0;
}

/** @throws AppError INVALID_INPUT when the wish does not fit the column, or one class holds too few rows. */
export function settleLabel(wish: LabelWish, profile: ColumnProfile, numbers: readonly number[]): LabelRule {
  const rule = wish.kind === 'ABOVE_MEDIAN' ? aboveMedian(wish, profile, numbers) : equals(wish, profile);
  const [negative, positive] = classCounts(rule, profile, numbers);
  if (negative === 0 || positive === 0) {
    const only = rule.labels[negative === 0 ? 1 : 0];
    throw refusal(`Every row has the same label (${only}), so there is nothing to learn.`, 'classes');
  }
  if (Math.min(negative, positive) < LIMITS.minimumClassRows) {
    const [few, name] = negative < positive ? [negative, rule.labels[0]] : [positive, rule.labels[1]];
    const message = `Only ${few} rows have the label ${name}; at least ${LIMITS.minimumClassRows} are needed.`;
    throw refusal(message, 'classes');
  }
  return rule;
}

/** Rows of each class, the negative one first. */
export function classCounts(
  rule: LabelRule,
  profile: ColumnProfile,
  numbers: readonly number[],
): [number, number] {
  const counts: [number, number] = [0, 0];
  if (rule.kind === 'ABOVE_MEDIAN') for (const value of numbers) counts[labelOf(rule, value)]++;
  else {
    const positives = profile.values().get(rule.positive) ?? 0;
    const all =
      profile.kind === 'NUMERIC' ? numbers.length : [...profile.values().values()].reduce((a, b) => a + b, 0);
    counts[0] = all - positives;
    counts[1] = positives;
  }
  return counts;
}

function aboveMedian({ column }: LabelWish, profile: ColumnProfile, numbers: readonly number[]): LabelRule {
  if (profile.kind !== 'NUMERIC') {
    throw refusal(
      `The label ${column} holds texts, so it has no median. Name the positive value instead.`,
      'labelRule',
    );
  }
  const threshold = medianOf(numbers);
  const labels = [`${column} ≤ ${threshold}`, `${column} > ${threshold}`] as const;
  return { column, kind: 'ABOVE_MEDIAN', positive: null, threshold, labels };
}

function equals({ column, positive }: LabelWish, profile: ColumnProfile): LabelRule {
  const values = [...profile.values().keys()];
  const chosen =
    positive == null ? presumed(column, values) : values.find((value) => String(value) === positive);
  if (chosen === undefined) {
    throw refusal(
      `No row has the label ${positive}. Values of ${column} are: ${listed(values)}.`,
      'positive',
    );
  }
  const others = values.filter((value) => value !== chosen);
  const negative = others.length === 1 ? `${column} = ${others[0]}` : `${column} ≠ ${chosen}`;
  return {
    column,
    kind: 'EQUALS',
    positive: chosen,
    threshold: null,
    labels: [negative, `${column} = ${chosen}`],
  };
}

/** With two values the positive one may be plain; otherwise a person has to say. */
function presumed(column: string, values: readonly Cell[]): Cell {
  if (values.length === 1)
    throw refusal(`Every row has the same label (${values[0]}), so there is nothing to learn.`, 'classes');
  const plain =
    values.length === 2
      ? values.find((value) => AFFIRMATIVE.includes(String(value).toLowerCase()))
      : undefined;
  if (plain !== undefined) return plain;
  const numeric = values.every((value) => typeof value === 'number');
  const how =
    numeric && values.length > 2 ? 'Say labelRule: ABOVE_MEDIAN, or give `positive`' : 'Give `positive`';
  throw refusal(`Which values of ${column} are positive? ${how}. Values are: ${listed(values)}.`, 'positive');
}

function listed(values: readonly Cell[]): string {
  return `${values.slice(0, LISTED).join(', ')}${values.length > LISTED ? ', …' : ''}`;
}

export function medianOf(numbers: readonly number[]): number {
  const sorted = Float64Array.from(numbers).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

function refusal(message: string, constraint: string): ReturnType<typeof invalidInput> {
  return invalidInput(['input', 'label'], message, constraint);
}
