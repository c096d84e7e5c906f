/** Answers as the Open Inference Protocol writes them: a column for each output, in JSON or in binary behind the header. */
import { invalidInput } from '../../../../kernel/errors';
import type { OutputRow } from '../../prediction/outputs';
import { type Element, encode } from './datatype';
import type { InferRequest } from './infer-request';

export interface Answered {
  readonly model: string;
  readonly version: string;
  readonly inferenceId: string;
  readonly feedbackToken: string;
  readonly rows: readonly OutputRow[];
}

export interface InferResponse {
  readonly header: object;
  /** Absent when everything is in the header. */
  readonly binary: Buffer | undefined;
}

interface Column {
  readonly name: string;
  readonly datatype: 'FP32' | 'BYTES';
  readonly shape: readonly number[];
  readonly data: readonly Element[];
}

/** @throws AppError INVALID_INPUT for an output that the model does not have. */
export function checkOutputs({ outputs }: InferRequest, names: readonly string[]): void {
  const unknown = outputs?.findIndex(({ name }) => !names.includes(name)) ?? -1;
  if (unknown < 0) return;
  const message = `The model has no output ${JSON.stringify(outputs![unknown]!.name)}. It has ${names.join(', ')}.`;
  throw invalidInput(['outputs', String(unknown), 'name'], message, 'unknown');
}

export function inferResponseOf(
  { model, version, inferenceId, feedbackToken, rows }: Answered,
  { id, outputs, binary: all }: InferRequest,
): InferResponse {
  const wanted =
    outputs?.filter(({ name }) => rows[0] && name in rows[0]) ??
    Object.keys(rows[0] ?? {}).map((name) => ({ name, binary: all }));
  const parts: Buffer[] = [];
  const tensors = wanted.map(({ name, binary }) => {
    const { data, ...head } = columnOf(name, rows);
    if (!binary) return { ...head, data };
    const bytes = encode(data, head.datatype);
    parts.push(bytes);
    return { ...head, parameters: { binary_data_size: bytes.length } };
  });
  return {
    header: {
      ...(id === undefined ? {} : { id }),
      model_name: model,
      model_version: version,
      parameters: { inference_id: inferenceId, feedback_token: feedbackToken },
      outputs: tensors,
    },
    binary: parts.length > 0 ? Buffer.concat(parts) : undefined,
  };
}

function columnOf(name: string, rows: readonly OutputRow[]): Column {
  const values = rows.map((row) => row[name]!);
  const data = values.flat();
  const datatype = typeof data[0] === 'string' ? 'BYTES' : 'FP32';
  return { name, datatype, shape: [rows.length, data.length / rows.length], data };
}
