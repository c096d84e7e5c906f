/**
 * What can go wrong between a client and Stripe, brought about on demand and never by itself: each fault strikes the
 * next requests that it fits, as often as it was told to. Nothing is drawn by chance and nothing waits for time to pass.
 */
export type Fault =
  /** The connection ends before anything is done. */
  | { readonly kind: 'DOWN' }
  /** Nothing is done until the promise is kept; a client that does not wait so long has left by then. */
  | { readonly kind: 'SLOW'; readonly until: Promise<unknown> | (() => Promise<unknown>) }
  /** 429, with `Retry-After` in seconds where it is given. Nothing is done. */
  | { readonly kind: 'TOO_MANY'; readonly retryAfter?: number }
  /** 403, as a restricted key gets it that may not do this. Nothing is done. */
  | { readonly kind: 'FORBIDDEN' }
  /** 500, nothing is done. */
  | { readonly kind: 'FAILED_BEFORE' }
  /** All is done, and 500 is answered. `kept`: also to whoever asks again with the same idempotency key. */
  | { readonly kind: 'FAILED_AFTER'; readonly kept?: boolean }
  /** All is done, and the connection ends without an answer. */
  | { readonly kind: 'CUT_AFTER' };

export interface Strike {
  /** Which requests, as `POST /v1/subscriptions/sub_1`; absent = every one. */
  readonly on?: RegExp;
  /** How many of them; default 1. Infinity = until it is lifted. */
  readonly times?: number;
}

export class Faults {
  private readonly waiting: { readonly fault: Fault; readonly on?: RegExp; left: number }[] = [];
  /** Requests that were struck, in order: `DOWN POST /v1/customers`. */
  readonly struck: string[] = [];

  /** Those brought first strike first. */
  bring(fault: Fault, { on, times = 1 }: Strike = {}): void {
    this.waiting.push({ fault, on, left: times });
  }

  /** How many strikes are still to come. */
  get left(): number {
    return this.waiting.reduce((sum, one) => sum + one.left, 0);
  }

  /** From now on all goes well. */
  lift(): void {
    this.waiting.length = 0;
    this.struck.length = 0;
  }

  /** The fault that strikes this request; undefined when all goes well. */
  take(method: string, path: string): Fault | undefined {
    const request = `${method} ${path}`;
    const place = this.waiting.findIndex(({ on }) => on === undefined || on.test(request));
    const found = this.waiting[place];
    if (!found) return undefined;
    found.left -= 1;
    if (found.left <= 0) this.waiting.splice(place, 1);
    this.struck.push(`${found.fault.kind} ${request}`);
    return found.fault;
  }
}
