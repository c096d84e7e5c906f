/** Who is acting and under which request, wherever the work goes: set once at the edge, read by events and logs. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Principal } from '../../kernel/principal';

export interface ActingRequest {
  readonly requestId: string | null;
  readonly principal: Principal;
}

const storage = new AsyncLocalStorage<ActingRequest>();

export const requestScope = {
  run<T>(acting: ActingRequest, work: () => T): T {
    return storage.run(acting, work);
  },
  current(): ActingRequest | undefined {
    return storage.getStore();
  },
};
