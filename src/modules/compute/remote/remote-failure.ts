/** What goes wrong with a server that somebody else runs, in words for whoever asked; nothing of its answer is shown. */
import { AppError } from '../../../kernel/errors';

const DEFAULT_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 60_000;
/** By these a server says that it can do nothing with what it was sent: too long a text, more rows than it takes. */
const INPUT_REFUSED: readonly number[] = [400, 413, 422];

/** Its fault, and likely to be so again: counts towards the circuit. */
export class RemoteFault extends AppError {
  constructor(message: string) {
    super('UPSTREAM_FAILED', `${message} Nothing that was not delivered is billed; try again.`);
  }
}

export function remoteSilent(milliseconds: number): RemoteFault {
  return new RemoteFault(`The remote engine said nothing for ${milliseconds} ms.`);
}

export function remoteSlow(milliseconds: number): RemoteFault {
  return new RemoteFault(
    `The remote engine did not come to the end of its answer within ${milliseconds} ms.`,
  );
}

export function remoteWordless(milliseconds: number): RemoteFault {
  return new RemoteFault(`The remote engine kept its line open and wrote no word for ${milliseconds} ms.`);
}

export function remoteUnreachable(): RemoteFault {
  return new RemoteFault('The remote engine cannot be reached.');
}

export function remoteCutOff(): RemoteFault {
  return new RemoteFault('The remote engine broke off in the middle of its answer.');
}

export function remoteNonsense(what: string): RemoteFault {
  return new RemoteFault(`The remote engine answered ${what}.`);
}

export function circuitOpen(retryAfterMs: number): AppError {
  return new AppError(
    'ENGINE_UNAVAILABLE',
    `The remote engine failed again and again and is left alone for a while; nothing was billed. Come back in ${retryAfterMs} ms.`,
    undefined,
    { retryAfterMs },
  );
}

/** A status that is no success. */
export function remoteRefused(status: number, retryAfter: string | undefined): AppError {
  if (status === 429 || status === 503) {
    const seconds = Number(retryAfter);
    const wished = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : DEFAULT_RETRY_MS;
    const retryAfterMs = Math.min(LONGEST_RETRY_MS, Math.ceil(wished));
    const message = `The remote engine is at its limit; nothing was billed. Come back in ${retryAfterMs} ms.`;
    return new AppError('OVERLOADED', message, undefined, { retryAfterMs });
  }
  if (status >= 500) return new RemoteFault(`The remote engine failed with status ${status}.`);
  if (INPUT_REFUSED.includes(status)) {
    const message = `The remote engine does not take this very input (status ${status}); nothing was billed. Send another one, or tell the operator.`;
    return new AppError('ENGINE_FAULT', message);
  }
  const why =
    status === 401 || status === 403 ? 'does not accept our credential' : 'refused what it was asked';
  return new AppError(
    'UPSTREAM_FAILED',
    `The remote engine ${why} (status ${status}); nothing was billed. Tell the operator.`,
  );
}
