/**
 * What a table with rows from feedback looks like: the columns and the question of the data that they join, or of the version
 * whose answers were corrected. A correction names a class, so where a class has no value of its own (above the median, one
 * value against many) the label is written as the class: the question stays, and so do its words.
 */
import { conflict } from '../../../../kernel/errors';
import { DType, type ModelVersion, type TensorSpec } from '../../../models';
import type { Cell, ColumnKindName } from '../column-profile';
import type { DatasetVersion } from '../dataset-version.entity';
import type { ColumnCorrection } from '../import-wish';
import type { LabelRule, LabelWish } from '../label-rule';

export interface CuratedColumn {
  readonly name: string;
  readonly kind: ColumnKindName;
  readonly unit: string | null;
}

/** The classes by name, and how each is written in the column of the label. */
export interface TargetClasses {
  readonly labels: readonly string[];
  readonly cells: readonly Cell[];
}

export interface CuratedTarget {
  /** In order, the label among them. */
  readonly columns: readonly CuratedColumn[];
  readonly label: LabelWish;
  /** Undefined where numbers are learned: the column of the label holds the number itself. */
  readonly classes?: TargetClasses;
  readonly protectedAttributes: readonly string[];
}

type Answering = Pick<ModelVersion, 'signature' | 'outputWidth'>;
type Data = Pick<DatasetVersion, 'columns' | 'label' | 'protectedAttributes'>;

const KIND_OF: Readonly<Record<DType, ColumnKindName>> = {
  [DType.FLOAT32]: 'NUMERIC',
  [DType.STRING]: 'TEXT',
  [DType.IMAGE]: 'IMAGE',
};

/** Behind the rows of `data`: all of its columns. @throws AppError CONFLICT when numbers are to be learned and it has none. */
export function targetOfBase(data: Data, version: Answering): CuratedTarget {
  const { columns, label, protectedAttributes } = data;
  const kindOfLabel = columns.find(({ name }) => name === label.column)!.kind;
  if (isNumber(version)) {
    if (kindOfLabel !== 'NUMERIC') throw holdsNoNumbers(label.column);
    return { columns: columns.map(toColumn), label: settled(label), protectedAttributes };
  }
  const { labels } = label;
  const cells = cellsOf(label, kindOfLabel);
  return {
    columns: columns.map((column) =>
      column.name === label.column ? labelColumn(label.column, cells) : toColumn(column),
    ),
    label: settled(label.kind === 'CLASSES' ? label : twoClasses(label.column, cells, labels)),
    classes: { labels, cells },
    protectedAttributes,
  };
}

/** Alone, in the words of the data that the version learned from: the columns that the version takes, and the label. */
export function targetOfOrigin(data: Data, version: Answering): CuratedTarget {
  const target = targetOfBase(data, version);
  const names = new Set([...version.signature.inputs.map(({ name }) => name), target.label.column]);
  return {
    ...target,
    columns: target.columns.filter(({ name }) => names.has(name)),
    protectedAttributes: target.protectedAttributes.filter((name) => names.has(name)),
  };
}

/** Alone, of a version that was not trained here. */
export function targetOfSignature(version: Answering): CuratedTarget {
  const { inputs, outputs, labels } = version.signature;
  const columns: CuratedColumn[] = inputs.map((input) => ({
    name: input.name,
    kind: kindOf(input),
    unit: null,
  }));
  if (!labels) {
    const column = outputs[0]!.name;
    columns.push({ name: column, kind: 'NUMERIC', unit: null });
    return { columns, label: { column, kind: 'ABOVE_MEDIAN' }, protectedAttributes: [] };
  }
  const column = outputs.find(({ dtype }) => dtype === DType.STRING)?.name ?? 'label';
  columns.push(labelColumn(column, labels));
  const rule: LabelRule =
    version.outputWidth === 1
      ? twoClasses(column, labels, labels)
      : { column, kind: 'CLASSES', positive: null, threshold: null, values: labels, labels };
  return { columns, label: settled(rule), classes: { labels, cells: labels }, protectedAttributes: [] };
}

/** What an import is told of the table. */
export function correctionsOf({ columns }: CuratedTarget): ColumnCorrection[] {
  return columns.map(({ name, kind, unit }) => ({ name, kind, unit }));
}

function isNumber({ signature: { labels } }: Answering): boolean {
  return !labels;
}

function kindOf({ dtype, categories }: TensorSpec): ColumnKindName {
  return categories ? 'CATEGORICAL' : KIND_OF[dtype];
}

function toColumn({ name, kind, unit }: Data['columns'][number]): CuratedColumn {
  return { name, kind, unit };
}

function labelColumn(name: string, cells: readonly Cell[]): CuratedColumn {
  const isNumeric = cells.every((cell) => typeof cell === 'number');
  return { name, kind: isNumeric ? 'NUMERIC' : 'CATEGORICAL', unit: null };
}

/** The rule alone, without the counts that are stored with it. */
function settled({ column, kind, positive, threshold, values, labels }: LabelRule): LabelWish {
  const rule = { column, kind, positive, threshold, ...(values && { values }), labels };
  return { column, positive: positive === null ? null : String(positive), settled: rule };
}

function twoClasses(column: string, cells: readonly Cell[], labels: readonly string[]): LabelRule {
  return { column, kind: 'EQUALS', positive: cells[1]!, threshold: null, labels };
}

function cellsOf(
  { column, kind, positive, values, labels }: LabelRule,
  holds: ColumnKindName,
): readonly Cell[] {
  if (kind === 'CLASSES') return values!;
  const other = `${column} = `;
  if (kind !== 'EQUALS' || !labels[0]!.startsWith(other)) return labels;
  // One value against one other: both are known by their names.
  const text = labels[0]!.slice(other.length);
  return [holds === 'NUMERIC' ? Number(text) : text, positive];
}

function holdsNoNumbers(column: string): Error {
  const message = `The model answers numbers, and the label ${column} of this data holds none. Name the data that the model learned from, or none.`;
  return conflict(message, ['input', 'baseVersionId']);
}
