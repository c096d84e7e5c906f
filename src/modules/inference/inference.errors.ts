/** Why a prediction is refused, in words that say what to do next. */
import { AppError, conflict, invalidInput, unauthenticated } from '../../kernel/errors';
import { EngineRefused } from '../compute';
import { type CustomerTerms, PlanFeature } from '../billing';
import type { WarmVersion } from '../deployments';
import type { Refusal } from './scheduler/admission';

const DEADLINE = ['input', 'deadlineMs'];

export function refused(refusal: Refusal): AppError {
  if (refusal.reason === 'TOO_LONG') return takesTooLong(refusal.takesMs);
  const { reason, retryAfterMs } = refusal;
  switch (reason) {
    case 'DEADLINE':
      return new AppError(
        'DEADLINE_UNREACHABLE',
        `This cannot be answered within its deadline at the present load; nothing was billed. Allow more time, or come back in ${retryAfterMs} ms.`,
        DEADLINE,
        { retryAfterMs },
      );
    case 'CUSTOMER_FULL':
      return new AppError(
        'RATE_LIMITED',
        `Too much of yours is waiting already. Come back in ${retryAfterMs} ms.`,
        undefined,
        { retryAfterMs },
      );
    case 'QUEUE_FULL':
      return new AppError('OVERLOADED', `The queue is full. Come back in ${retryAfterMs} ms.`, undefined, {
        retryAfterMs,
      });
  }
}

/** It would be refused again, so nothing says when to come back. */
function takesTooLong(takesMs: number): AppError {
  return new AppError(
    'DEADLINE_UNREACHABLE',
    `This takes about ${takesMs} ms, which is longer than its deadline allows; nothing was billed. Allow more time, or send less at once.`,
    DEADLINE,
  );
}

/** Of work in parts, some are done, and it would come no further the next time. */
export function partsTookTooLong(): AppError {
  return new AppError(
    'DEADLINE_UNREACHABLE',
    'The deadline passed before all of it was done; nothing was billed. Allow more time, or send less at once.',
    DEADLINE,
  );
}

export function deadlinePassed(): AppError {
  const message =
    'The deadline passed while the request waited; nothing was billed. Send it again, or allow more time.';
  return new AppError('DEADLINE_UNREACHABLE', message, DEADLINE, { retryAfterMs: 1 });
}

/** Of a text that its own end was set for. */
export function textNotWhole(): AppError {
  return new AppError(
    'DEADLINE_UNREACHABLE',
    'The text was not whole within the time that completeWithinMs allows, and was cut off. Of a stream what was delivered is billed; otherwise nothing is. Allow more time, or ask for fewer tokens.',
    ['input', 'completeWithinMs'],
  );
}

/** @throws AppError PAYMENT_REQUIRED unless the plan includes the model and the feature. */
export function checkPlan(
  { models, features, planCode }: Pick<CustomerTerms, 'models' | 'features' | 'planCode'>,
  { modelName, customerId }: Pick<WarmVersion, 'modelName' | 'customerId'>,
  feature?: PlanFeature,
): void {
  if (feature && features !== null && !features.includes(feature)) throw featureNotInPlan(feature, planCode);
  // A customer's own model is the customer's to use, whatever the plan says about the operator's.
  if (customerId === null && models !== null && !models.includes(modelName))
    throw modelNotInPlan(modelName, planCode);
}

/** Asked for rows, the deployment writes texts. */
export function writesTexts(): AppError {
  const message =
    'This deployment writes texts and takes no rows. Subscribe to `generation`, or use `generationCreate`, instead.';
  return invalidInput(['input', 'deployment'], message, 'task');
}

/** Asked for a text, the deployment answers rows. */
export function wantsRows(): AppError {
  const message =
    'This deployment answers rows and writes no texts. Use `predict`, or the way of your protocol to ask for rows, instead.';
  return invalidInput(['input', 'deployment'], message, 'task');
}

/** After the last chunk of a text that broke. */
export function textBroken(): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    'The text broke off: its engine failed. What was delivered is billed, no more. Ask again for a new text.',
    undefined,
    { retryAfterMs: 1000 },
  );
}

/** In the middle of a stream. */
export function credentialEnded(): AppError {
  return unauthenticated(
    'The key or session that asked for this text was ended meanwhile, and its stream ends with it. It is billed as if you had left.',
  );
}

/** Of an engine that failed in words for nobody but the log. What it refuses may be this very text; all else is its own trouble. */
export function textEngineFailed(failure: unknown): AppError {
  return failure instanceof EngineRefused
    ? new AppError('ENGINE_FAULT', 'The engine cannot write this text; nothing was billed. Send another one.')
    : new AppError(
        'ENGINE_UNAVAILABLE',
        'The engine failed. What was delivered is billed, no more. Send the request again.',
        undefined,
        { retryAfterMs: 1000 },
      );
}

/** The same of a text that was to be kept and is not whole. */
export function keptTextBroken(): AppError {
  return new AppError(
    'ENGINE_FAULT',
    'The text broke off: its engine failed. Nothing is billed; ask for it again, under the same key if there is one.',
  );
}

/** Of an engine that stopped in the middle, and did not say that the text is whole. */
export function endedInSilence(): AppError {
  return new AppError(
    'ENGINE_FAULT',
    'The engine ended the text without saying why. Ask again for a new text.',
  );
}

/** The key of a text was taken while it was written. */
export function writtenElsewhere(): AppError {
  return new AppError(
    'CONFLICT',
    'Another process wrote a text under this idempotency key meanwhile, and this one is not billed. Ask again under the key for the other one.',
    ['input', 'idempotencyKey'],
    { retryAfterMs: 1 },
  );
}

export function writtenNow(): AppError {
  return new AppError(
    'CONFLICT',
    'Another process is writing the text of this idempotency key. Ask again when it is written: you then get that one.',
    ['input', 'idempotencyKey'],
    { retryAfterMs: 1000 },
  );
}

function modelNotInPlan(model: string, plan: string): AppError {
  return new AppError(
    'PAYMENT_REQUIRED',
    `The plan ${plan} does not include the model ${model}. Change to a higher plan.`,
    ['input', 'deployment'],
  );
}

function featureNotInPlan(feature: PlanFeature, plan: string): AppError {
  const what = feature === PlanFeature.TEXT_GENERATION ? 'texts' : 'explanations';
  return new AppError(
    'PAYMENT_REQUIRED',
    `The plan ${plan} does not include ${what}. Change to a higher plan.`,
    ['input'],
  );
}

export function circuitOpen(): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    'Neither this deployment nor those that stand in for it can answer now; nothing was billed. Send the request again.',
    ['input', 'deployment'],
    { retryAfterMs: 1000 },
  );
}

export function keyReused(): AppError {
  return new AppError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used with another input before, through this face or another: the deployment as it was named, the person, and the rows, or the prompt and how it is continued. Use a new key for a new prediction.',
    ['input', 'idempotencyKey'],
  );
}

/** A prediction that is fetched later was cancelled, or answered by another process, while this one computed. */
export class PredictionEnded extends AppError {}

export function predictionEnded(): PredictionEnded {
  return new PredictionEnded(
    'CONFLICT',
    'The prediction has ended meanwhile; this answer of it is neither kept nor billed.',
  );
}

export function oneEndUser(): AppError {
  return invalidInput(['input', 'endUserId'], 'Give endUserId or endUserExternalId, not both.', 'oneOf');
}

export function remoteIsNotServed(versionId: string): AppError {
  return conflict(
    'This version answers on another server, which is asked only while a deployment serves it. Give it a route first, with weight 0 if it is to get no traffic.',
    ['input', 'versionId'],
    versionId,
  );
}

export function cannotBeRun(versionId: string, why: string): AppError {
  return new AppError('ENGINE_FAULT', `No engine here can run ${versionId}: ${why}`, ['input', 'versionId']);
}
