/** What every resolver is handed: who asks, whose rows they may see, and a place for the loaders of this request. */
import type { FastifyRequest } from 'fastify';
import type { Principal } from '../../kernel/principal';
import { type Scope, scopeOf } from '../database';

export interface RequestContext {
  readonly requestId: string;
  readonly principal: Principal;
  readonly scope: Scope;
  /** Aborted when the client leaves. */
  readonly signal: AbortSignal;
  readonly remoteAddress: string;
  /** Global Privacy Control (header `Sec-GPC: 1`), passed on by the front end. */
  readonly globalPrivacyControl: boolean;
}

export function contextOf(request: FastifyRequest): RequestContext {
  const { requestId, principal } = request.acting;
  return {
    requestId,
    principal,
    scope: scopeOf(principal),
    signal: request.abortSignal,
    remoteAddress: request.ip,
    globalPrivacyControl: request.headers['sec-gpc'] === '1',
  };
}
