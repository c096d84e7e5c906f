/** Stands before the desk of the interface and lets faults strike: what Stripe's side of a bad day looks like to a client. */
import { randomBytes } from 'node:crypto';
import { API_VERSION } from '../event/event-log';
import { PLACE } from './address';
import type { ApiAnswer, ApiDesk, ApiRequest } from './api-desk';
import { faultNamed } from './fault-words';
import type { Fault, Faults } from './faults';
import { envelope, Refusal } from './refusal';

/** `X-Sandbox-Fault: FAILED_AFTER`: this request alone. */
const FAULT_HEADER = 'x-sandbox-fault';
const FAILED = 500;
const FORBIDDEN = 403;
const TOO_MANY = 429;

export class FaultyLine {
  /** Idempotency keys under which Stripe keeps its own failure. */
  private readonly keptFailures = new Set<string>();

  constructor(
    private readonly desk: Pick<ApiDesk, 'answer'>,
    private readonly faults: Faults,
  ) {}

  /** undefined = the connection ends without an answer. */
  async answer(request: ApiRequest): Promise<ApiAnswer | undefined> {
    try {
      return await this.struck(request);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const body = JSON.stringify(envelope(error, `${PLACE}/logs`));
      return { status: error.status, headers: { 'content-type': 'application/json' }, body };
    }
  }

  private async struck(request: ApiRequest): Promise<ApiAnswer | undefined> {
    const key = keyOf(request);
    if (key !== undefined && this.keptFailures.has(key))
      return failure(FAILED, { 'idempotent-replayed': 'true', 'stripe-should-retry': 'false' });
    const fault = this.asked(request) ?? this.faults.take(request.method, request.path);
    const instead = fault && (await insteadOf(fault));
    if (instead) return instead === 'CUT' ? undefined : instead;
    const answer = await this.desk.answer(request);
    if (fault?.kind === 'CUT_AFTER') return undefined;
    if (fault?.kind !== 'FAILED_AFTER') return answer;
    if (fault.kept && key !== undefined) this.keptFailures.add(key);
    return failure(FAILED, fault.kept ? { 'stripe-should-retry': 'false' } : {});
  }

  /** A request may ask to be struck itself. @throws Refusal of words that nobody knows. */
  private asked({ method, path, headers }: ApiRequest): Fault | undefined {
    const words = headers[FAULT_HEADER];
    if (typeof words !== 'string') return undefined;
    const fault = faultNamed(words, FAULT_HEADER);
    this.faults.struck.push(`${fault.kind} ${method} ${path}`);
    return fault;
  }
}

/** What comes in the place of doing anything. */
async function insteadOf(fault: Fault): Promise<ApiAnswer | 'CUT' | undefined> {
  switch (fault.kind) {
    case 'DOWN':
      return 'CUT';
    case 'TOO_MANY':
      return failure(
        TOO_MANY,
        fault.retryAfter === undefined ? {} : { 'retry-after': String(fault.retryAfter) },
      );
    case 'FORBIDDEN':
      return failure(FORBIDDEN, {});
    case 'FAILED_BEFORE':
      return failure(FAILED, {});
    case 'SLOW':
      await (typeof fault.until === 'function' ? fault.until() : fault.until);
      return undefined;
    default:
      return undefined;
  }
}

const ERRORS = {
  [TOO_MANY]: {
    code: 'rate_limit',
    message: 'Too many requests. (Of a fault that was asked for.)',
    type: 'invalid_request_error',
  },
  [FORBIDDEN]: {
    message:
      "The provided key does not have the required permissions for this endpoint. Having the 'rak_sandbox_write' permission would allow this request to continue. (Of a fault that was asked for.)",
    type: 'invalid_request_error',
  },
  [FAILED]: { message: 'An unknown error occurred. (Of a fault that was asked for.)', type: 'api_error' },
};

function failure(status: keyof typeof ERRORS, headers: Record<string, string>): ApiAnswer {
  const requestId = `req_${randomBytes(9).toString('base64url')}`;
  const error = ERRORS[status];
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'request-id': requestId,
      'stripe-version': API_VERSION,
      ...headers,
    },
    body: JSON.stringify({ error: { ...error, request_log_url: `${PLACE}/logs/${requestId}` } }),
  };
}

function keyOf({ method, headers }: ApiRequest): string | undefined {
  const key = headers['idempotency-key'];
  return method === 'POST' && typeof key === 'string' ? key : undefined;
}
