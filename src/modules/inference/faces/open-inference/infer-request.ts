/**
 * A request for inference as the Open Inference Protocol writes it: named columns, in JSON or in binary behind the JSON
 * header, made into the rows that `predict` takes. Everything is checked before any memory is taken for it.
 */
import { z } from 'zod';
import { invalidInput } from '../../../../kernel/errors';
import { parse } from '../face';
import { MAX_ROWS } from '../../prediction/inputs';
import { accepts, DATATYPES, type Datatype, decode, type Element } from './datatype';

const MAX_TENSORS = 256;
const MAX_RANK = 8;
const OTHER_ANSWERS = ['classification', 'shared_memory_region'];

const parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));
const tensor = z.strictObject({
  name: z.string().min(1).max(200),
  datatype: z.enum(DATATYPES as [Datatype, ...Datatype[]]),
  shape: z.array(z.int().min(1)).min(1).max(MAX_RANK),
  parameters: parameters.optional(),
  data: z.array(z.unknown()).optional(),
});
const request = z.strictObject({
  id: z.string().max(200).optional(),
  parameters: parameters.optional(),
  inputs: z.array(tensor).min(1).max(MAX_TENSORS),
  outputs: z
    .array(z.strictObject({ name: z.string().min(1).max(200), parameters: parameters.optional() }))
    .max(MAX_TENSORS)
    .optional(),
});

type TensorHeader = z.infer<typeof tensor>;
export type Row = Readonly<Record<string, Element | readonly Element[]>>;

export interface WantedOutput {
  readonly name: string;
  readonly binary: boolean;
}

export interface InferRequest {
  readonly id: string | undefined;
  readonly rows: readonly Row[];
  /** undefined = all of them. */
  readonly outputs: readonly WantedOutput[] | undefined;
  /** How outputs come that are not named. */
  readonly binary: boolean;
}

/** @param binary what follows the header. @throws AppErrors with every fault of the header, AppError for data. */
export function inferRequestOf(header: unknown, binary: Buffer): InferRequest {
  const parsed = parse(request, header);
  assertStateless(parsed.parameters);
  const count = rowCount(parsed.inputs);
  assertNamedOnce(parsed.inputs);
  assertAnswerable(parsed.outputs);
  let at = 0;
  const columns = parsed.inputs.map((input, index) => {
    const path = ['inputs', String(index)];
    const size = input.parameters?.['binary_data_size'];
    if (size === undefined) return [input.name, fromJson(input, path), path] as const;
    if (input.data)
      throw invalidInput(path, `The tensor ${input.name} has data and binary data. Send one of them.`);
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > binary.length)
      throw invalidInput(
        path,
        `The tensor ${input.name} names ${String(size)} bytes, which are not there.`,
        'length',
      );
    return [input.name, fromBytes(input, binary.subarray(at, (at += size)), path), path] as const;
  });
  if (at !== binary.length)
    throw invalidInput(['inputs'], `${binary.length - at} bytes belong to no tensor.`, 'length');
  const all = parsed.parameters?.['binary_data_output'] === true;
  return {
    id: parsed.id,
    rows: Array.from({ length: count }, (_, row) => rowAt(columns, row, count)),
    outputs: wantedOf(parsed.outputs, all),
    binary: all,
  };
}

/** To name none is to leave them out, as with Triton: nobody pays for an answer of no outputs. */
function wantedOf(outputs: z.infer<typeof request>['outputs'] = [], all: boolean): InferRequest['outputs'] {
  if (outputs.length === 0) return undefined;
  return outputs.map(({ name, parameters: own }) => ({
    name,
    binary: (own?.['binary_data'] ?? all) === true,
  }));
}

/** Of Triton's sequence extension. Absent, 0 and an empty text mean there that a request belongs to no sequence. */
const OF_SEQUENCES = ['sequence_id', 'sequence_start', 'sequence_end'];

/** @throws AppError for a request of a sequence: each is answered alone here, and to ignore that would answer something else. */
function assertStateless(asked: z.infer<typeof parameters> = {}): void {
  const stateful = OF_SEQUENCES.find((name) => asked[name]);
  if (stateful === undefined) return;
  const message = `${stateful} asks for a sequence, in which earlier requests count. No model here keeps such a state; leave it out.`;
  throw invalidInput(['parameters', stateful], message, 'unknown');
}

function assertNamedOnce(inputs: readonly TensorHeader[]): void {
  const names = inputs.map(({ name }) => name);
  const again = names.findIndex((name, index) => names.indexOf(name) < index);
  if (again < 0) return;
  const message = `The tensor ${names[again]} is there twice. Send it once.`;
  throw invalidInput(['inputs', String(again), 'name'], message, 'unique');
}

/** @throws AppError for what would make another answer of an output: labels in the place of numbers, memory that nobody shares. */
function assertAnswerable(outputs: z.infer<typeof request>['outputs'] = []): void {
  for (const [index, { name, parameters: own = {} }] of outputs.entries()) {
    const other = OTHER_ANSWERS.find((parameter) => parameter in own);
    if (other === undefined) continue;
    const message = `The output ${name} asks for ${other}, which cannot be honoured here, and is not ignored. Leave it out.`;
    throw invalidInput(['outputs', String(index), 'parameters', other], message, 'unknown');
  }
}

/** Every tensor begins with the same dimension: the rows. */
function rowCount(inputs: readonly TensorHeader[]): number {
  const count = inputs[0]!.shape[0]!;
  const other = inputs.findIndex(({ shape }) => shape[0] !== count);
  if (other >= 0) {
    const message = `The tensor ${inputs[other]!.name} has ${inputs[other]!.shape[0]} rows, the first one ${count}.`;
    throw invalidInput(['inputs', String(other), 'shape'], message, 'shape');
  }
  if (count > MAX_ROWS)
    throw invalidInput(['inputs', '0', 'shape'], `Send 1 to ${MAX_ROWS} rows; these are ${count}.`, 'length');
  return count;
}

function elements({ shape }: TensorHeader): number {
  return shape.reduce((product, length) => product * length, 1);
}

function fromJson(input: TensorHeader, path: readonly string[]): readonly Element[] {
  const { name, datatype, shape, data } = input;
  if (!data) throw invalidInput([...path, 'data'], `The tensor ${name} has no data. Send it.`, 'required');
  // Flat, or nested as the shape says: both are allowed.
  const flat = Array.isArray(data[0]) ? data.flat(shape.length - 1) : data;
  if (flat.length !== elements(input)) {
    const message = `The tensor ${name} has ${flat.length} elements; its shape says ${elements(input)}.`;
    throw invalidInput([...path, 'data'], message, 'shape');
  }
  const wrong = flat.findIndex((value) => !accepts(datatype, value));
  if (wrong < 0) return flat as Element[];
  throw invalidInput(
    [...path, 'data', String(wrong)],
    `The tensor ${name} is said to be ${datatype}, which this element is not. Send others, or name another datatype.`,
    'datatype',
  );
}

function fromBytes(input: TensorHeader, bytes: Buffer, path: readonly string[]): readonly Element[] {
  // A byte holds no more than one element, so a shape can claim no memory that was not sent.
  const count = elements(input);
  const data = count <= bytes.length ? decode(input.datatype, bytes, count) : undefined;
  if (data) return data;
  const texts = input.datatype === 'BYTES' ? ' A text is its length in four bytes, and UTF-8.' : '';
  const message = `The tensor ${input.name} of ${count} ${input.datatype} does not fit its ${bytes.length} bytes.${texts}`;
  throw invalidInput(path, message, 'length');
}

function rowAt(
  columns: readonly (readonly [string, readonly Element[], readonly string[]])[],
  row: number,
  count: number,
): Row {
  return Object.fromEntries(
    columns.map(([name, data]) => {
      const width = data.length / count;
      return [name, width === 1 ? data[row]! : data.slice(row * width, (row + 1) * width)];
    }),
  );
}
