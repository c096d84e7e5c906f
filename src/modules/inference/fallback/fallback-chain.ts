/**
 * Who answers when a deployment cannot: its fallbacks, in order. Only trouble of the engine leads to the next step, never
 * what the caller sent; each step asks for plan, consent and budget again, because it is another model by another engine.
 */
import { AppError } from '../../../kernel/errors';
import type { CircuitBreaker } from './circuit-breaker';
import { circuitOpen } from '../inference.errors';

/** A step that failed in one of these ways says nothing against the caller. */
const TROUBLE = new Set([
  'ENGINE_UNAVAILABLE',
  'ENGINE_FAULT',
  'OVERLOADED',
  'DEADLINE_UNREACHABLE',
  'UPSTREAM_FAILED',
  // The person may not want to be asked about outside the house; an engine inside it may be the next step.
  'CONSENT_REQUIRED',
]);
/** And in one of these, the engine itself is down: the next request need not try. */
const DOWN = new Set(['ENGINE_UNAVAILABLE', 'UPSTREAM_FAILED']);

export interface ChainOptions<T> {
  readonly breaker: CircuitBreaker;
  /** Whether anybody still waits for an answer. */
  readonly wanted: () => boolean;
  /** Told of each step that another one stood in for. */
  readonly onFallback: (reason: string) => void;
  /** Of an answer that was given in part, and cannot be given by another any more: what broke it off. */
  readonly failureOf?: (answer: T) => unknown;
}

/** @throws what the first step threw, when no other could answer either. */
export async function alongChain<T>(
  deploymentIds: readonly string[],
  ask: (deploymentId: string, step: number) => Promise<T>,
  { breaker, wanted, onFallback, failureOf }: ChainOptions<T>,
): Promise<T> {
  const alone = deploymentIds.length === 1;
  let first: unknown;
  for (const [step, deploymentId] of deploymentIds.entries()) {
    if (step > 0 && !wanted()) break;
    // Where nobody stands in, trying is all there is: the supervisor of the engine says how long it will be away.
    if (!alone && !breaker.allows(deploymentId)) {
      first ??= circuitOpen();
      onFallback('CIRCUIT_OPEN');
      continue;
    }
    try {
      const answer = await ask(deploymentId, step);
      const failure = failureOf?.(answer);
      if (failure === undefined) breaker.succeeded(deploymentId);
      else tell(breaker, deploymentId, codeOf(failure));
      return answer;
    } catch (error) {
      const code = codeOf(error);
      tell(breaker, deploymentId, code);
      // Somebody else has ended it meanwhile: that counts, whichever step heard of it.
      if (code === 'CONFLICT') throw error;
      first ??= error;
      if (step === 0 && !TROUBLE.has(code)) break;
      if (step < deploymentIds.length - 1) onFallback(code);
    }
  }
  throw first;
}

/** A call with its deadlines. */
interface Timed {
  readonly call: { readonly deadlineMs: number; readonly completeWithinMs?: number | null };
  /** By the clock of `performance`. */
  readonly startedAt: number;
}

/** Milliseconds left of a call's deadline, however many steps and waits for others it took to come here. */
export function timeLeft({ call, startedAt }: Timed): number {
  return Math.min(call.deadlineMs, call.completeWithinMs ?? Infinity) - (performance.now() - startedAt);
}

/** The same until its answer is to be whole; Infinity where that has no deadline of its own. */
export function timeLeftToEnd({ call, startedAt }: Timed): number {
  return (call.completeWithinMs ?? Infinity) - (performance.now() - startedAt);
}

function tell(breaker: CircuitBreaker, deploymentId: string, code: string): void {
  if (DOWN.has(code)) breaker.failed(deploymentId);
  else breaker.abstained(deploymentId);
}

function codeOf(error: unknown): string {
  return error instanceof AppError ? error.code : 'OTHER';
}
