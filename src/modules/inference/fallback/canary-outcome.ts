/** What an answer, or its failure, says of the version that gave it: for canaries, which compare versions by it. */
import type { CancelSignal } from '../../../kernel/cancellation';
import { AppError, AppErrors } from '../../../kernel/errors';
import { largestOf } from '../../../kernel/largest';
import { isUnreachable } from '../../../platform/database';
import type { CanaryOutcome, CanaryWatch, ServedRoutes } from '../../deployments';
import type { TestAssignment } from '../prediction/assignment-source';
import { VersionChoice, versionChoiceOf } from '../prediction/version-choice';

/** These say nothing against the caller, and nothing about how full the house is. */
const FAULTS = new Set(['ENGINE_UNAVAILABLE', 'ENGINE_FAULT', 'UPSTREAM_FAILED', 'INTERNAL']);
/** This says something against the version only where it had its chance. */
const TOO_LATE = 'DEADLINE_UNREACHABLE';
/** The part of the usual deadline that gives one: waits for others, and the steps before it, took the rest. */
const CHANCE = 0.5;

/** Who asked, and who chose the version that answered. */
export interface Routed {
  readonly step: {
    readonly call: { readonly customerId: string; readonly versionId?: string | null };
    readonly endUserId: string | null;
    /** By the clock of `performance`. */
    readonly startedAt: number;
  };
  readonly routes: ServedRoutes;
  readonly assignments: readonly TestAssignment[];
}

/** Only where the routes chose the version: who was sent to it by name or by a test is nobody's sample. */
export function tellCanary(
  canaries: Pick<CanaryWatch, 'observe'>,
  { step: { call, endUserId, startedAt }, routes, assignments }: Routed,
  versionId: string,
  seen: {
    readonly outcome: CanaryOutcome;
    readonly cost?: string;
    readonly outputs?: unknown;
    /** When it was asked, where the steps before it took their time; by the clock of `performance`. */
    readonly askedAt?: number;
  },
): void {
  if (versionChoiceOf(call, assignments) !== VersionChoice.ROUTES) return;
  canaries.observe(routes, versionId, {
    unit: endUserId ?? call.customerId,
    outcome: seen.outcome,
    totalMs: performance.now() - (seen.askedAt ?? startedAt),
    // A figure for statistics: it is never summed into money.
    cost: Number(seen.cost ?? 0),
    score: scoreOf(seen.outputs),
  });
}

/** How long a call gave the version that it was sent to. */
export interface Allowed {
  /** Milliseconds that were left of its deadline at that moment. */
  readonly leftMs: number;
  /** That moment, by the clock of `performance`. */
  readonly askedAt: number;
  /** What such a call has that sets no deadline of its own. */
  readonly usualMs: number;
  /** It set an end to a text, which nobody promises: how long a text becomes is the model's. */
  readonly toEnd?: boolean;
}

/**
 * Undefined where the failure is the caller's own, that of a full house, or of a database that is away. A deadline that is much
 * shorter than the usual one is the caller's own, too, and LATE: else whoever sends 1 ms with every call rolls a good version back,
 * and one that hangs in every third call would be judged by those that it answers where all deadlines are short.
 */
export function failureOf(error: unknown, signal: CancelSignal, allowed: Allowed): CanaryOutcome | undefined {
  if (signal.aborted) return 'LEFT';
  if (error instanceof AppErrors || isUnreachable(error)) return undefined;
  if (!(error instanceof AppError)) return 'FAILED';
  if (error.code === TOO_LATE) return lateness(allowed);
  return FAULTS.has(error.code) ? 'FAILED' : undefined;
}

function lateness({ leftMs, usualMs, toEnd = false }: Allowed): CanaryOutcome | undefined {
  if (toEnd) return undefined;
  return leftMs >= CHANCE * usualMs ? 'FAILED' : 'LATE';
}

/** The number on which the first row's answer rests: its only one, or the largest of its classes; undefined for others. */
export function scoreOf(outputs: unknown): number | undefined {
  const row: unknown = Array.isArray(outputs) ? outputs[0] : outputs;
  if (typeof row !== 'object' || row === null) return undefined;
  for (const value of Object.values(row)) {
    if (typeof value === 'number') return value;
    if (Array.isArray(value)) {
      const largest = largestOf(value as number[]);
      return Number.isFinite(largest) ? largest : undefined;
    }
  }
  return undefined;
}
