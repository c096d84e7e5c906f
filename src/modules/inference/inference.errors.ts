/** Why a prediction is refused, in words that say what to do next. */
import { AppError, invalidInput } from '../../kernel/errors';
import type { Refusal } from './scheduler/admission';

export function refused({ reason, retryAfterMs }: Refusal): AppError {
  switch (reason) {
    case 'DEADLINE':
      return new AppError(
        'DEADLINE_UNREACHABLE',
        `This cannot be answered within its deadline at the present load; nothing was billed. Allow more time, or come back in ${retryAfterMs} ms.`,
        ['input', 'deadlineMs'],
        { retryAfterMs },
      );
    case 'CUSTOMER_FULL':
      return new AppError(
        'RATE_LIMITED',
        `Too many rows of yours are waiting already. Come back in ${retryAfterMs} ms.`,
        undefined,
        { retryAfterMs },
      );
    case 'QUEUE_FULL':
      return new AppError('OVERLOADED', `The queue is full. Come back in ${retryAfterMs} ms.`, undefined, {
        retryAfterMs,
      });
  }
}

export function deadlinePassed(): AppError {
  const message =
    'The deadline passed while the request waited; nothing was billed. Send it again, or allow more time.';
  return new AppError('DEADLINE_UNREACHABLE', message, ['input', 'deadlineMs'], { retryAfterMs: 1 });
}

export function modelNotInPlan(model: string, plan: string): AppError {
  return new AppError(
    'PAYMENT_REQUIRED',
    `The plan ${plan} does not include the model ${model}. Change to a higher plan.`,
    ['input', 'deployment'],
  );
}

export function keyReused(): AppError {
  return new AppError(
    'IDEMPOTENCY_KEY_REUSED',
    'This idempotency key was used with another input before. Use a new key for a new prediction.',
    ['input', 'idempotencyKey'],
  );
}

export function oneEndUser(): AppError {
  return invalidInput(['input', 'endUserId'], 'Give endUserId or endUserExternalId, not both.', 'oneOf');
}
