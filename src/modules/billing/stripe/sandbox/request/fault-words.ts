/** Faults in words, for whoever comes by HTTP: `FAILED_AFTER; kept`, `TOO_MANY; retry-after=2`, `SLOW; ms=300`. */
import { setTimeout as pause } from 'node:timers/promises';
import type { Fault } from './faults';
import { badParameter } from './refusal';

const LONGEST_MS = 60_000;
const PLAIN = ['DOWN', 'FORBIDDEN', 'FAILED_BEFORE', 'CUT_AFTER'] as const;
const WORDS = `${PLAIN.join(', ')}, FAILED_AFTER (kept), TOO_MANY (retry-after=seconds) and SLOW (ms=milliseconds)`;

/** @throws Refusal that names the words that there are. */
export function faultNamed(text: string, param: string): Fault {
  const [kind = '', ...details] = text.split(';').map((part) => part.trim());
  const detail = new Map(
    details.map((one) => one.split('=', 2) as [string, string?]).map(([name, value = '']) => [name, value]),
  );
  const number = (name: string, most: number): number | undefined => {
    const value = detail.get(name);
    detail.delete(name);
    if (value === undefined) return undefined;
    if (!/^\d+$/.test(value) || Number(value) > most) throw unknown(text, param);
    return Number(value);
  };
  const fault = ((): Fault | undefined => {
    switch (kind) {
      case 'TOO_MANY': {
        const retryAfter = number('retry-after', LONGEST_MS);
        return retryAfter === undefined ? { kind } : { kind, retryAfter };
      }
      case 'SLOW':
        return { kind, until: slowly(number('ms', LONGEST_MS) ?? 1000) };
      case 'FAILED_AFTER':
        return { kind, kept: detail.delete('kept') };
      default:
        return PLAIN.some((one) => one === kind) ? { kind: kind as (typeof PLAIN)[number] } : undefined;
    }
  })();
  if (!fault || detail.size > 0) throw unknown(text, param);
  return fault;
}

/** Which requests: an expression over `POST /v1/customers/cus_1`. */
export function requestsNamed(text: string | undefined, param: string): RegExp | undefined {
  if (text === undefined || text === '') return undefined;
  try {
    return new RegExp(text);
  } catch {
    throw badParameter(param, `Not a regular expression: ${text}`);
  }
}

/** The wait begins when the fault strikes, not when it is brought. */
function slowly(ms: number): () => Promise<unknown> {
  return () => pause(ms);
}

function unknown(text: string, param: string): Error {
  return badParameter(
    param,
    `The sandbox, which is not Stripe, knows no fault '${text}': there are ${WORDS}.`,
  );
}
