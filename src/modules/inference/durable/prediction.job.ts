/**
 * Runs a durable prediction through the one path. Its answer is kept in the transaction of its record and its bill, which
 * only one that has not ended gets: however often it is run, because a process was killed in the middle, there is one of
 * each. What the load refuses for now is tried again; what would be refused always is the prediction's failure.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { CancelSignal } from '../../../kernel/cancellation';
import { AppError, AppErrors, type ErrorCode } from '../../../kernel/errors';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import { PredictionEnded } from '../inference.errors';
import type { FinishedText } from '../generation/generation';
import type { GenerationService } from '../generation/generation.service';
import type { KeptTexts } from '../generation/kept-texts';
import type { KeptAnswer } from '../record/kept-answer';
import type { PredictionService } from '../prediction/prediction.service';
import type { ServiceClass } from '../service-class';
import type { DeferredPredictions } from './deferred-predictions.service';
import type { Prediction } from './prediction.entity';
import type { PredictionOutcomes } from './prediction-outcome.service';
import type { PredictionVault } from './prediction-vault';

export const PREDICTION_JOB = 'inference.predict';

export interface PredictionJobPayload {
  readonly customerId: string;
  readonly predictionId: string;
  readonly serviceClass: ServiceClass;
}

/** Refusals that say "not now". */
const TRANSIENT: ReadonlySet<ErrorCode> = new Set([
  'RATE_LIMITED',
  'OVERLOADED',
  'DEADLINE_UNREACHABLE',
  'ENGINE_UNAVAILABLE',
  'UPSTREAM_FAILED',
]);
/** A worker waits so long for a better moment before it puts the job back. */
const PATIENCE_MS = 30_000;
const SHORTEST_PAUSE_MS = 100;
const DEADLINE_MS = 60_000;
/** With the pauses of the queue, which grow, a day and more. */
const ATTEMPTS = 20;
/** An engine that dies of the same rows again and again: by chance once or twice, not more often. */
const FAULT_ATTEMPTS = 4;

export interface PredictionJobDoors {
  readonly predictions: Pick<PredictionService, 'predict'>;
  readonly generations: Pick<GenerationService, 'complete'>;
  readonly outcomes: PredictionOutcomes;
  readonly deferred: Pick<DeferredPredictions, 'takeTurn'>;
  readonly texts: Pick<KeptTexts, 'answerOf'>;
  readonly vault: PredictionVault;
}

export function predictionJob({
  predictions,
  generations,
  outcomes,
  deferred,
  texts,
  vault,
}: PredictionJobDoors): JobDefinition<PredictionJobPayload> {
  async function answer(prediction: Prediction, asked: string, signal: CancelSignal): Promise<void> {
    const { id, customerId, deploymentId, endUserId, serviceClass } = prediction;
    const { principal, requestId, ...question } = vault.openAsked(id, asked);
    const call = {
      principal,
      requestId,
      customerId,
      deployment: deploymentId,
      endUserId: principal.kind === 'END_USER' ? null : endUserId,
      deadlineMs: DEADLINE_MS,
      signal,
    };
    if ('rows' in question) {
      const keep = (outputs: unknown): KeptAnswer => outcomes.answerOf(id, outputs);
      await predictions.predict({ ...call, rows: question.rows, serviceClass, keep });
    } else {
      const answerOf = (text: FinishedText): KeptAnswer => texts.answerOf(id, text, false);
      await generations.complete({ ...call, ...question, keeping: { idempotency: null, answerOf } });
    }
  }

  async function answerPatiently(
    prediction: Prediction,
    asked: string,
    { signal }: JobContext,
  ): Promise<void> {
    const patientUntil = performance.now() + PATIENCE_MS;
    for (;;) {
      try {
        return await answer(prediction, asked, signal);
      } catch (error) {
        const waitMs = Math.max(SHORTEST_PAUSE_MS, transientPause(error) ?? Infinity);
        if (performance.now() + waitMs > patientUntil) throw error;
        await pause(waitMs, undefined, { signal });
      }
    }
  }

  return {
    kind: PREDICTION_JOB,
    maxAttempts: ATTEMPTS,
    run: async ({ customerId, predictionId, serviceClass }, context) => {
      await deferred.takeTurn(serviceClass);
      const begun = await outcomes.begin(customerId, predictionId);
      // It ended in an earlier run, whose process died before the queue heard of it.
      if (!begun?.asked) return predictionId;
      try {
        await answerPatiently(begun, begun.asked, context);
      } catch (error) {
        if (error instanceof PredictionEnded) return predictionId;
        if (context.signal.aborted) throw error;
        throw context.attempt < attemptsFor(error) ? again(error) : error;
      }
      return predictionId;
    },
    abandon: (job) => outcomes.abandon(job),
  };
}

/** How often what failed so is tried. */
function attemptsFor(error: unknown): number {
  if (error instanceof AppErrors) return 1;
  if (!(error instanceof AppError) || TRANSIENT.has(error.code)) return ATTEMPTS;
  return error.code === 'ENGINE_FAULT' ? FAULT_ATTEMPTS : 1;
}

/** When to come back; undefined for what would be refused always. */
function transientPause(error: unknown): number | undefined {
  return error instanceof AppError && TRANSIENT.has(error.code)
    ? (error.data.retryAfterMs ?? 1000)
    : undefined;
}

/** An AppError would be final for the queue; this is to be tried again. */
function again(error: unknown): Error {
  return new Error('not now', { cause: error });
}
