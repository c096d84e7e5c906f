/** Who is acting and under which request, wherever a write goes: set where the act begins, read by events. */
import type { Principal } from '../../kernel/principal';
import { AsyncScope } from '../async-scope';

export interface ActingRequest {
  readonly requestId: string | null;
  readonly principal: Principal;
}

export const requestScope = new AsyncScope<ActingRequest>();
