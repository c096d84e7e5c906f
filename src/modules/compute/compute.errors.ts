/** What goes wrong between the service and its engine process. */
import { AppError } from '../../kernel/errors';
import type { EngineRefusal } from './engine';

/** The engine process died (or hung and was killed) while this request was in it. Safe to send again: nothing was answered. */
export class EngineCrashed extends Error {
  override readonly name = 'EngineCrashed';

  constructor(
    message: string,
    /** It was this request that the process worked on, not one before it. */
    readonly inWork = false,
  ) {
    super(message);
  }
}

/** The engine is alive and refused this request: a broken artefact, a batch of the wrong width. Sending it again is no use. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused';
}

/** The engine answered this request with what is no answer: not a number, or not as many as the signature says. */
export class EngineNonsense extends Error {
  override readonly name = 'EngineNonsense';
}

/** The ladder was climbed and no rung held. Trying again changes nothing until the machine changes. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';

  constructor(
    message: string,
    readonly refused: readonly EngineRefusal[] = [],
  ) {
    super(message);
  }
}

export function engineUnavailable(retryAfterMs: number): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    'The inference engine is being restarted; nothing was billed. Send the request again.',
    undefined,
    { retryAfterMs },
  );
}

/** The engine is at fault on this very request, and would be again. */
export function engineFault(why: string): AppError {
  return new AppError(
    'ENGINE_FAULT',
    `${why} Nothing was billed; sending the same input again will not help.`,
  );
}
