/** What every resolver is handed: who asks, whose rows they may see, and a place for the loaders of this request. */
import type { FastifyRequest } from 'fastify';
import type { CancelSignal } from '../../kernel/cancellation';
import type { Principal } from '../../kernel/principal';
import { type Scope, scopeOf } from '../database';
import { networkOf } from '../http';

export interface RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  readonly scope: Scope;
  /** Aborted when the client leaves. */
  readonly signal: CancelSignal;
  /** Where they call from, as it is counted: of an IPv6 address the network. */
  readonly remoteAddress: string;
  /** What the client calls itself (header `User-Agent`), if it does. */
  readonly userAgent: string | undefined;
  /** Global Privacy Control (header `Sec-GPC: 1`), passed on by the front end. */
  readonly globalPrivacyControl: boolean;
  /** Said by the resolver of a subscription: nothing follows this event, so the stream ends after it. */
  endStream(): void;
}

/** What is asked of a request to know who asks; an operation on a WebSocket, which has none of its own, has as much. */
export type Asker = Pick<FastifyRequest, 'acting' | 'ip' | 'headers' | 'abortSignal'>;

export function contextOf(asker: Asker): HttpContext {
  return new HttpContext(asker);
}

/** A class, because Apollo copies the context for each request and keeps its prototype: the signal stays unmade. */
class HttpContext implements RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  readonly scope: Scope;
  readonly remoteAddress: string;
  readonly globalPrivacyControl: boolean;

  /** Whether the stream ends after the event that was read with this context. */
  isLast = false;

  constructor(private readonly asker: Asker) {
    const { requestId, principal } = asker.acting;
    this.requestId = requestId;
    this.principal = principal;
    this.scope = scopeOf(principal);
    this.remoteAddress = networkOf(asker.ip);
    this.globalPrivacyControl = asker.headers['sec-gpc'] === '1';
  }

  endStream(): void {
    this.isLast = true;
  }

  get userAgent(): string | undefined {
    return this.asker.headers['user-agent'];
  }

  get signal(): CancelSignal {
    return this.asker.abortSignal;
  }
}
