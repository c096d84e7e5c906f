/** What goes wrong between the service and its engine process. */
import { AppError } from '../../kernel/errors';

/** The engine process died (or hung and was killed) while this request was in it. Safe to send again: nothing was answered. */
export class EngineCrashed extends Error {
  override readonly name = 'EngineCrashed';
}

/** The engine is alive and refused this request: a broken artefact, a batch of the wrong width. Sending it again is no use. */
export class EngineRefused extends Error {
  override readonly name = 'EngineRefused';
}

/** The ladder was climbed and no rung held. Trying again changes nothing until the machine changes. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
}

export function engineUnavailable(retryAfterMs: number): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    'The inference engine is being restarted; nothing was billed. Send the request again.',
    undefined,
    { retryAfterMs },
  );
}
