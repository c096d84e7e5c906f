/**
 * A correction as a row to learn from: what was asked, and the right answer in the words of the version that answered. Whatever
 * leaves open which row was meant, or which class, is refused: a guess would be learned.
 */
import { placeOfText } from '../../../kernel/text';
import { DType, type ModelVersion, rowFaults, rowInNumbers } from '../../models';
import { noTrainingRow } from './curation.errors';

export interface TrainingRow {
  /** Its place among the rows of the prediction. */
  readonly index: number;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The name of a class, or a number. */
  readonly answer: string | number;
}

type Answering = Pick<ModelVersion, 'signature' | 'outputWidth'>;

const LISTED = 12;
const SPELLED_FAULTS = 3;

/**
 * @param inputs as they were asked: one row, or a list. @param correction of one row, or a list as long as that of the rows, with
 * null for each that was right. @throws AppError INVALID_INPUT
 */
export function trainingRows(version: Answering, inputs: unknown, correction: unknown): TrainingRow[] {
  assertLearnable(version);
  const rows: readonly unknown[] = Array.isArray(inputs) ? inputs : [inputs];
  const corrected = correctionsOf(rows.length, correction).flatMap((one, index) =>
    one === null ? [] : [{ index, one }],
  );
  if (corrected.length === 0)
    throw noTrainingRow('The correction corrects none of the rows. Ask the person for the right answer.');
  return corrected.map(({ index, one }) => ({
    index,
    inputs: rowOf(version, rows[index]),
    answer: answerOf(version, one),
  }));
}

function rowOf({ signature: { inputs } }: Answering, row: unknown): TrainingRow['inputs'] {
  const faults = rowFaults(inputs, row);
  if (faults.length > 0) {
    const words = faults.slice(0, SPELLED_FAULTS).map(({ message }) => message);
    throw noTrainingRow(`What was asked is no row of this version any more. ${words.join(' ')}`);
  }
  const values = rowInNumbers(inputs, row as Readonly<Record<string, unknown>>);
  const list = Object.keys(values).find((name) => typeof values[name] === 'object' && values[name] !== null);
  if (list === undefined) return values;
  throw noTrainingRow(
    `The input ${list} is a list, and a row of a table has one value a column. Decline it, or keep it as a word about the answer.`,
  );
}

function assertLearnable({ signature: { outputs, labels }, outputWidth }: Answering): void {
  const isNumber = !labels && outputWidth === 1 && outputs[0]?.dtype === DType.FLOAT32;
  if (!labels && !isNumber)
    throw noTrainingRow(
      'This version answers neither a class nor one number, so no table can be made of its corrections. Decline it, or keep it as a word about the answer.',
    );
}

/** One for each row. */
function correctionsOf(rows: number, correction: unknown): readonly unknown[] {
  if (Array.isArray(correction)) {
    if (correction.length === rows) return correction;
    throw noTrainingRow(
      `The prediction has ${rows} row${rows === 1 ? '' : 's'} and the correction ${correction.length} answers. Ask the person for one answer a row, with null where it was right.`,
    );
  }
  if (rows === 1) return [correction];
  throw noTrainingRow(
    `The prediction has ${rows} rows, and the correction does not say which of them it is about. Ask the person for a list of ${rows} answers, with null where it was right.`,
  );
}

function answerOf({ signature: { outputs, labels } }: Answering, correction: unknown): string | number {
  const name = labels
    ? (outputs.find(({ dtype }) => dtype === DType.STRING)?.name ?? 'label')
    : outputs[0]!.name;
  const said = valueOf(correction, name, [...outputs.map((output) => output.name), name]);
  return labels ? classOf(said, labels, name) : numberOf(said, name);
}

/** The value alone, or the output of this name. */
function valueOf(correction: unknown, name: string, known: readonly string[]): unknown {
  if (typeof correction !== 'object' || correction === null || Array.isArray(correction)) return correction;
  const strange = Object.keys(correction).find((key) => !known.includes(key));
  if (strange !== undefined)
    throw noTrainingRow(
      `The version has no output ${quoted(strange)}. The right answer stands under ${name}.`,
    );
  if (Object.hasOwn(correction, name)) return (correction as Record<string, unknown>)[name];
  throw noTrainingRow(`The correction does not say ${name}. Ask the person for it: the rest is not learned.`);
}

/** By its name; of two also by yes or no, the positive one being the last. */
function classOf(said: unknown, labels: readonly string[], name: string): string {
  const text = typeof said === 'boolean' && labels.length === 2 ? labels[Number(said)]! : textOf(said);
  const place = text === undefined ? -1 : placeOfText(labels, text);
  if (place >= 0) return labels[place]!;
  const more = labels.length > LISTED ? ', …' : '';
  const listed = labels.slice(0, LISTED).join(', ');
  throw noTrainingRow(
    `The version knows no ${name} ${quoted(JSON.stringify(said))}. It knows: ${listed}${more}.`,
  );
}

function textOf(said: unknown): string | undefined {
  return typeof said === 'string' || typeof said === 'number' ? String(said).trim() : undefined;
}

function numberOf(said: unknown, name: string): number {
  if (typeof said === 'number' && Number.isFinite(Math.fround(said))) return said;
  throw noTrainingRow(`The right ${name} is a number, and ${quoted(JSON.stringify(said))} is none.`);
}

/** What a person wrote, shortened: it stands in an error, not in a log. */
function quoted(text: string): string {
  return text.length > 40 ? `${text.slice(0, 39)}…` : text;
}
