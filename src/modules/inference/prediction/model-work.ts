/**
 * What a call does with the model between its reservation and its record. A prediction asks once; an explanation, or a
 * question over passages, asks for more rows than it was sent. All of them ask through the same queue, and pay by the
 * rows that they ask for.
 */
import type { WarmVersion } from '../../deployments';
import { takesTexts, writesText } from '../../models';
import { passagesOf, rowsAtOnce } from '../../training';
import { planAnswers } from './answering';
import type { BatchAnswer, BatchingService, BatchRequest } from '../batching/batching.service';
import { partsTookTooLong, writesTexts } from '../inference.errors';
import type { Explanation } from '../explanations/explanation.type';
import { askedRows, MAX_ROWS, numbersOf, textsOf } from './inputs';
import { outputRow } from './outputs';

/** Runs so many rows, one after the other in `numbers` or `texts`, and answers their outputs, one after the other. */
export type Ask = (numbers: Float32Array, rows: number, texts?: readonly string[]) => Promise<Float32Array>;

/** Called between the steps of what is computed here: others get their turn. @throws when its time is up, or nobody waits any more. */
export type GoOn = () => Promise<void>;

export interface WorkResult {
  readonly outputs: unknown;
  readonly explanation?: Explanation;
}

export interface ModelWork {
  /** Rows that the model will be asked for, all in all. */
  readonly rows: number;
  /** Rows that are run together at most; absent = as many as a batch may hold. */
  readonly partRows?: number;
  run(ask: Ask, goOn: GoOn): Promise<WorkResult>;
}

/** Nothing is computed here between its questions. */
export interface PredictionWork extends ModelWork {
  run(ask: Ask): Promise<WorkResult>;
}

/** Made before anything is reserved. @throws AppErrors with the faults of the input. */
export type WorkPlan = (version: WarmVersion, rows: unknown) => ModelWork;

/** Every batch of the largest size that is begun counts as a request. */
export function requestsFor(rows: number): number {
  return Math.max(1, Math.ceil(rows / MAX_ROWS));
}

const NO_NUMBERS = new Float32Array(0);
/** So long the thread that answers everyone computes for one. */
const LONGEST_TURN_MS = 2;

export const planPrediction = (version: WarmVersion, rows: unknown): PredictionWork => {
  if (writesText(version)) throw writesTexts();
  const passages = passagesOf(version);
  if (passages) return planAnswers(version, passages, rows);
  const asked = askedRows(rows);
  const texts = takesTexts(version) ? textsOf(version, asked) : undefined;
  const numbers = texts ? NO_NUMBERS : numbersOf(version, asked);
  const { signature, outputWidth: width } = version;
  return {
    rows: asked.rows.length,
    partRows: rowsAtOnce(version),
    run: async (ask) => {
      const answers = await ask(numbers, asked.rows.length, texts);
      const outputs = asked.rows.map((_, row) =>
        outputRow(signature, answers.subarray(row * width, (row + 1) * width)),
      );
      return { outputs: asked.single ? outputs[0] : outputs };
    },
  };
};

export type Metered = Omit<BatchAnswer, 'outputs'>;

/** Carries the work out; what all of its batches took adds up. */
export async function carryOut(
  work: ModelWork,
  batching: Pick<BatchingService, 'submit' | 'unattributed'>,
  request: Omit<BatchRequest, 'numbers' | 'rows'>,
): Promise<WorkResult & { readonly metered: Metered }> {
  const startedAt = performance.now();
  const metered = { queueMs: 0, computeMs: 0, deviceMs: 0, batchRows: 0, promptTokens: 0 };
  const most = work.partRows ?? MAX_ROWS;
  let first = true;
  let left = work.rows;
  const askOnce: Ask = async (numbers, rows, texts) => {
    const withinMs = first ? request.withinMs : request.withinMs - (performance.now() - startedAt);
    first = false;
    if (withinMs <= 0) throw partsTookTooLong();
    left -= rows;
    const { outputs, queueMs, computeMs, deviceMs, batchRows, promptTokens } = await batching.submit({
      ...request,
      withinMs,
      // What cannot be done as a whole is refused at its first part, not in the middle.
      following: left > 0 ? { rows: left, partRows: most } : undefined,
      numbers,
      rows,
      texts,
    });
    metered.queueMs += queueMs;
    metered.computeMs += computeMs;
    metered.deviceMs += deviceMs;
    metered.promptTokens += promptTokens ?? 0;
    metered.batchRows = Math.max(metered.batchRows, batchRows);
    return outputs;
  };
  try {
    const result = await work.run(
      (numbers, rows, texts) => askInParts(askOnce, { numbers, rows, texts }, most),
      goingOn(request, startedAt),
    );
    return { ...result, metered };
  } catch (error) {
    // The parts that were done are billed to nobody.
    batching.unattributed('UNRECORDED', metered.deviceMs);
    throw error;
  }
}

function goingOn({ signal, withinMs }: Pick<BatchRequest, 'signal' | 'withinMs'>, startedAt: number): GoOn {
  let turnAt = startedAt;
  return async () => {
    if (performance.now() - turnAt >= LONGEST_TURN_MS) {
      await new Promise(setImmediate);
      turnAt = performance.now();
    }
    signal.throwIfAborted();
    if (performance.now() - startedAt >= withinMs) throw partsTookTooLong();
  };
}

/** One part after the other: a large piece of work must not push the requests of others out of the queue. */
async function askInParts(
  ask: Ask,
  { numbers, rows, texts }: { numbers: Float32Array; rows: number; texts?: readonly string[] },
  most: number,
): Promise<Float32Array> {
  if (rows <= most) return ask(numbers, rows, texts);
  const width = numbers.length / rows;
  const parts: Float32Array[] = [];
  for (let from = 0; from < rows; from += most) {
    const to = Math.min(rows, from + most);
    const part = numbers.subarray(from * width, to * width);
    parts.push(await ask(part, to - from, texts?.slice(from, to)));
  }
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
