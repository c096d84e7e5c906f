/** How two versions' answers to the same rows differ: pure, from what their signatures name. */

export interface AnswerDifference {
  readonly rows: number;
  /** Rows with another text, e.g. another label. */
  readonly disagreed: number;
  /** Sum over the rows of the largest absolute difference of their numbers. */
  readonly difference: number;
  readonly largest: number;
}

type Row = Readonly<Record<string, unknown>>;

/** @param shadow answers in the same order; what only one of both answers is not compared. */
export function answerDifference(answers: readonly Row[], shadow: readonly Row[]): AnswerDifference {
  let [disagreed, difference, largest] = [0, 0, 0];
  answers.forEach((row, at) => {
    const other = shadow[at] ?? {};
    let most = 0;
    let isOther = false;
    for (const [name, value] of Object.entries(row)) {
      if (typeof value === 'string') isOther ||= name in other && other[name] !== value;
      else most = Math.max(most, distance(numbersOf(value), numbersOf(other[name])));
    }
    if (isOther) disagreed++;
    difference += most;
    largest = Math.max(largest, most);
  });
  return { rows: answers.length, disagreed, difference, largest };
}

function distance(one: readonly number[], other: readonly number[]): number {
  if (one.length !== other.length) return 0;
  return one.reduce((most, value, at) => Math.max(most, Math.abs(value - other[at]!)), 0);
}

function numbersOf(value: unknown): readonly number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) ? (value as number[]) : [];
}
