/** Who is acting and under which request, wherever a write goes: set where the act begins, read by events. */
import type { Principal } from '../../kernel/principal';
import { AsyncScope } from '../async-scope';

export interface ActingRequest {
  readonly requestId: string | null;
  readonly principal: Principal;
  /** What the client calls itself, where a request says so. */
  readonly userAgent?: string;
}

export const requestScope = new AsyncScope<ActingRequest>();
