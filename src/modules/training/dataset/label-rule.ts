/**
 * What is to be learned: which rows of the label's column count as positive, or which class each belongs to. The rule is
 * settled when the data comes in and stored with its version, so that every training on it learns the same question.
 */
import { invalidInput } from '../../../kernel/errors';
import { composed } from '../../../kernel/text';
import type { Cell, ColumnProfile } from './column-profile';
import { LIMITS } from './dataset-limits';

export type LabelRuleKind = 'EQUALS' | 'ABOVE_MEDIAN' | 'CLASSES';

export interface LabelRule {
  readonly column: string;
  readonly kind: LabelRuleKind;
  /** EQUALS: the value that counts as positive. */
  readonly positive: Cell;
  /** ABOVE_MEDIAN: the median. */
  readonly threshold: number | null;
  /** CLASSES: the value of each class, in order. */
  readonly values?: readonly Cell[];
  /** Names of the classes: two with the positive one last, or those of `values`. */
  readonly labels: readonly string[];
}

export interface LabelWish {
  readonly column: string;
  readonly kind?: LabelRuleKind | null;
  readonly positive?: string | null;
  /** The rule of data that these rows join: it stays as it is. */
  readonly settled?: LabelRule;
}

const AFFIRMATIVE = ['1', 'true', 'yes', 'y', 'positive'];
const LISTED = 8;

/** The index of the class: 0 or 1, or the place in `values`. */
export function labelOf({ kind, positive, threshold, values }: LabelRule, value: Cell): number {
  switch (kind) {
    case 'CLASSES':
      return values!.indexOf(value);
    case 'ABOVE_MEDIAN':
      return Number(value) > threshold! ? 1 : 0;
    case 'EQUALS':
      return value === positive ? 1 : 0;
  }
}

/** @throws AppError INVALID_INPUT when the wish does not fit the column, or one class holds too few rows. */
export function settleLabel(wish: LabelWish, profile: ColumnProfile, numbers: readonly number[]): LabelRule {
  const rule = ruleOf(wish, profile, numbers);
  const counts = classCounts(rule, profile, numbers);
  const present = counts.flatMap((count, index) => (count > 0 ? [index] : []));
  if (present.length < 2) {
    const only = rule.labels[present[0] ?? 0];
    throw refusal(`Every row has the same label (${only}), so there is nothing to learn.`, 'classes');
  }
  const few = counts.findIndex((count) => count < LIMITS.minimumClassRows);
  if (few >= 0) {
    const message = `Only ${counts[few]} rows have the label ${rule.labels[few]}; at least ${LIMITS.minimumClassRows} are needed. Collect more, leave them out of the file, or make one class of them and another.`;
    throw refusal(message, 'classes');
  }
  return rule;
}

function ruleOf(wish: LabelWish, profile: ColumnProfile, numbers: readonly number[]): LabelRule {
  if (wish.settled) return composedRule(wish.settled);
  switch (wish.kind) {
    case 'ABOVE_MEDIAN':
      return aboveMedian(wish, profile, numbers);
    case 'CLASSES':
      return everyClass(wish, profile);
    default:
      return equals(wish, profile);
  }
}

/** Of data from before texts had one form. */
function composedRule(rule: LabelRule): LabelRule {
  const cellOf = (cell: Cell): Cell => (typeof cell === 'string' ? composed(cell) : cell);
  const { positive, values } = rule;
  return { ...rule, positive: cellOf(positive), ...(values && { values: values.map(cellOf) }) };
}

/** Rows of each class, in the order of the rule's labels. */
export function classCounts(rule: LabelRule, profile: ColumnProfile, numbers: readonly number[]): number[] {
  const counts = rule.labels.map(() => 0);
  switch (rule.kind) {
    case 'ABOVE_MEDIAN':
      for (const value of numbers) counts[labelOf(rule, value)]!++;
      return counts;
    case 'CLASSES':
      return rule.values!.map((value) => profile.values().get(value) ?? 0);
    case 'EQUALS': {
      const positives = profile.values().get(rule.positive) ?? 0;
      return [profile.rows - positives, positives];
    }
  }
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

/** Every value is a class of its own, numbers by size and texts by name. */
function everyClass({ column }: LabelWish, profile: ColumnProfile): LabelRule {
  const values = [...profile.values().keys()].sort((a, b) =>
    typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : 1,
  );
  if (values.length > LIMITS.classes) {
    const message = `The label ${column} holds more than ${LIMITS.classes} different values. Choose another column, or learn one value against the rest with \`positive\`.`;
    throw refusal(message, 'classes');
  }
  const labels = values.map(String);
  return { column, kind: 'CLASSES', positive: null, threshold: null, values, labels };
}

function equals({ column, positive }: LabelWish, profile: ColumnProfile): LabelRule {
  const values = [...profile.values().keys()];
  const chosen =
    positive == null
      ? presumed(column, values)
      : values.find((value) => String(value) === composed(positive));
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
    numeric && values.length > 2
      ? 'Say labelRule: ABOVE_MEDIAN or CLASSES, or give `positive`'
      : values.length > 2
        ? 'Give `positive`, or say labelRule: CLASSES'
        : 'Give `positive`';
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
