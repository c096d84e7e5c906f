/**
 * A prediction in a trace. Its stages are spans that are made afterwards, of the figures that stand on its record anyway: the way of a
 * prediction costs no more for it. The record was made when all but the commit was done, so the stages are counted back from there.
 */
import { inSpan } from '../../../platform/trace';
import type { Inference } from '../record/inference.entity';
import type { Answered, PredictionStepService, Step } from './prediction-step.service';

type Take = PredictionStepService['take'];

/** Takes a step in a span of its own, where one is recorded. */
export function takeInSpan(take: Take, step: Step): ReturnType<Take> {
  const { call, deploymentId, number, startedAt } = step;
  const attributes = {
    'flywheel.customer.id': call.customerId,
    'flywheel.deployment.id': deploymentId,
    'flywheel.fallback.step': number,
  };
  const begunAt = number === 0 ? startedAt : undefined;
  return inSpan<Answered | undefined>('predict', { attributes, startedAt: begunAt }, async (span) => {
    const answered = await take(step);
    if (!span || !answered) return answered;
    const { inference } = answered;
    span.set(attributesOf(inference));
    const { queueMs, computeMs, totalMs } = inference;
    const recordedAt = startedAt + totalMs;
    if (inference.sourceInferenceId === null) {
      const computedFrom = recordedAt - computeMs;
      span.child('queue', { startedAt: computedFrom - queueMs }).end(computedFrom);
      const batch = { 'flywheel.batch.rows': inference.batchRows };
      span.child('compute', { startedAt: computedFrom, attributes: batch }).end(recordedAt);
    }
    span.child('commit', { startedAt: recordedAt }).end();
    return answered;
  });
}

/** Ids and figures of a record. */
export function attributesOf(inference: Omit<Inference, 'answer'>) {
  const { id, modelId, modelVersionId, rows, engine } = inference;
  return {
    'flywheel.inference.id': id,
    'flywheel.model.id': modelId,
    'flywheel.model_version.id': modelVersionId,
    'flywheel.rows': rows,
    'flywheel.engine': engine?.kind,
  };
}
