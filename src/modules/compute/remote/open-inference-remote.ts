/**
 * Rows by a server of the Open Inference Protocol (Triton, KServe, MLServer, Ray Serve): numbers leave as binary tensors,
 * one column an input, and come back as binary where the server offers that, else as JSON.
 */
import { z } from 'zod';
import type { CancelSignal } from '../../../kernel/cancellation';
import type { Batch } from '../engine';
import { remoteNonsense } from './remote-failure';
import type { RemoteHttp } from './remote-http';
import { answerOf } from './remote-json';
import type { RemoteTensor } from './remote-reference';

const HEADER_LENGTH = 'inference-header-content-length';
const WRITERS = {
  FP32: { size: 4, write: (view: DataView, at: number, value: number) => view.setFloat32(at, value, true) },
  FP64: { size: 8, write: (view: DataView, at: number, value: number) => view.setFloat64(at, value, true) },
  INT32: { size: 4, write: (view: DataView, at: number, value: number) => view.setInt32(at, value, true) },
  INT64: {
    size: 8,
    write: (view: DataView, at: number, value: number) =>
      view.setBigInt64(at, BigInt(Math.round(value)), true),
  },
} as const;

const READERS = {
  FP32: { size: 4, read: (view: DataView, at: number) => view.getFloat32(at, true) },
  FP64: { size: 8, read: (view: DataView, at: number) => view.getFloat64(at, true) },
} as const;

const answerSchema = z.object({
  outputs: z.array(
    z.object({
      name: z.string(),
      datatype: z.string(),
      shape: z.array(z.number()),
      data: z.array(z.unknown()).optional(),
      parameters: z.object({ binary_data_size: z.int().min(0).optional() }).optional(),
    }),
  ),
});

const metadataSchema = z.object({
  inputs: z
    .array(z.object({ name: z.string().min(1), datatype: z.string(), shape: z.array(z.number()) }))
    .min(1),
  outputs: z
    .array(z.object({ name: z.string().min(1), datatype: z.string(), shape: z.array(z.number()) }))
    .min(1),
});

/** Columns by the thousand, each with a long name. */
const LARGEST_DESCRIPTION = 1024 * 1024;

export interface OpenInferenceTarget {
  readonly url: string;
  readonly model: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** What the server says that the model takes and answers, as far as it is numbers by rows. @throws RemoteFault for anything else. */
export async function describeRemote(
  wire: RemoteHttp,
  { url, model, headers }: OpenInferenceTarget,
  signal?: CancelSignal,
): Promise<{ readonly inputs: RemoteTensor[]; readonly outputs: RemoteTensor[] }> {
  const address = `${url}/v2/models/${encodeURIComponent(model)}`;
  const response = await wire.send({ method: 'GET', url: address, headers, signal });
  const bytes = await wire.read(response, signal, LARGEST_DESCRIPTION);
  const described = answerOf(metadataSchema, bytes, 'something else than the description of a model');
  const outputs = described.outputs.filter(({ datatype }) => datatype in READERS).map(tensorOf);
  if (outputs.length === 0) throw remoteNonsense('with no numbers');
  if (outputs.slice(0, -1).some(({ width }) => width !== 1)) throw remoteNonsense('several vectors a row');
  return { inputs: described.inputs.map(tensorOf), outputs };
}

function tensorOf({ name, datatype, shape }: z.infer<typeof metadataSchema>['inputs'][number]): RemoteTensor {
  const row = shape.slice(1);
  if (!(datatype in WRITERS)) throw remoteNonsense(`that it takes ${datatype} as ${name}`);
  // Two lengths that are free, as -1, would make one that is not.
  if (!row.every((length) => Number.isInteger(length) && length >= 1))
    throw remoteNonsense(`that ${name} has no fixed width`);
  const width = row.reduce((product, length) => product * length, 1);
  return row.length === 1 ? { name, datatype, width } : { name, datatype, width, shape: row };
}

/** The outputs of these rows, one after the other. */
export async function inferByOpenInference(
  wire: RemoteHttp,
  { url, model, headers }: OpenInferenceTarget,
  {
    inputs,
    outputs,
  }: { readonly inputs: readonly RemoteTensor[]; readonly outputs: readonly RemoteTensor[] },
  { rows, count }: Batch,
  signal?: CancelSignal,
): Promise<Float32Array> {
  const width = rows.length / count;
  let from = 0;
  const columns = inputs.map((input) => {
    const bytes = columnOf(rows, { count, width, from, input });
    from += input.width;
    return bytes;
  });
  const header = Buffer.from(
    JSON.stringify({
      inputs: inputs.map(({ name, datatype, width: own, shape = [own] }, index) => ({
        name,
        datatype,
        shape: [count, ...shape],
        parameters: { binary_data_size: columns[index]!.length },
      })),
      outputs: outputs.map(({ name }) => ({ name, parameters: { binary_data: true } })),
    }),
  );
  const response = await wire.send({
    method: 'POST',
    url: `${url}/v2/models/${encodeURIComponent(model)}/infer`,
    headers: {
      ...headers,
      'content-type': 'application/octet-stream',
      [HEADER_LENGTH]: String(header.length),
    },
    body: Buffer.concat([header, ...columns]),
    signal,
  });
  const bytes = await wire.read(response, signal);
  const told = response.headers[HEADER_LENGTH];
  const end = told === undefined ? bytes.length : Number(told);
  return outputsOf(bytes.subarray(0, end), bytes.subarray(end), outputs, count);
}

function columnOf(
  rows: Float32Array,
  { count, width, from, input }: { count: number; width: number; from: number; input: RemoteTensor },
): Buffer {
  const { size, write } = WRITERS[input.datatype as keyof typeof WRITERS];
  const bytes = Buffer.allocUnsafe(count * input.width * size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let at = 0;
  for (let row = 0; row < count; row++)
    for (let place = 0; place < input.width; place++, at += size)
      write(view, at, rows[row * width + from + place]!);
  return bytes;
}

function outputsOf(
  header: Buffer,
  binary: Buffer,
  wanted: readonly RemoteTensor[],
  count: number,
): Float32Array {
  const answer = answerOf(answerSchema, header, 'something else than tensors');
  const total = wanted.reduce((sum, { width }) => sum + width, 0);
  const result = new Float32Array(count * total);
  const data = new Map<string, readonly unknown[]>();
  let at = 0;
  for (const { name, datatype, data: json, parameters } of answer.outputs) {
    const size = parameters?.binary_data_size;
    data.set(
      name,
      size === undefined ? (json ?? []).flat(8) : numbersOf(binary.subarray(at, at + size), datatype),
    );
    at += size ?? 0;
  }
  let offset = 0;
  for (const { name, width } of wanted) {
    const values = data.get(name) ?? [];
    // Not made into numbers: what JSON has no number for is null there, which would be 0.
    if (values.length !== count * width || !values.every(isFiniteNumber))
      throw remoteNonsense(`no ${count * width} finite numbers as ${name}`);
    for (let row = 0; row < count; row++)
      for (let place = 0; place < width; place++)
        result[row * total + offset + place] = values[row * width + place]!;
    offset += width;
  }
  return result;
}

/** As answers hold it, in 32 bits. */
function isFiniteNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(Math.fround(value));
}

function numbersOf(bytes: Buffer, datatype: string): number[] {
  const reader = READERS[datatype as keyof typeof READERS] as
    (typeof READERS)[keyof typeof READERS] | undefined;
  if (!reader) throw remoteNonsense(`tensors of ${datatype}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: Math.floor(bytes.length / reader.size) }, (_, index) =>
    reader.read(view, index * reader.size),
  );
}
