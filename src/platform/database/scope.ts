/**
 * Whose rows a piece of work may touch. A tenant's work runs as the application role under row-level security; the
 * service's own work (workers, staff, migrations) runs as the owner of the tables. Nothing else exists.
 */
import { type Principal, tenantOf } from '../../kernel/principal';

export interface TenantScope {
  readonly customerId: string;
}
export interface ServiceScope {
  readonly service: true;
}
export type Scope = TenantScope | ServiceScope;

export const SERVICE: ServiceScope = { service: true };

/** A tenant that does not exist: sees public tables only. */
const NOBODY: TenantScope = { customerId: '' };

export function tenant(customerId: string): TenantScope {
  return { customerId };
}

export function isService(scope: Scope): scope is ServiceScope {
  return 'service' in scope;
}

/** Staff and the system see every tenant; everyone else their own; strangers none. */
export function scopeOf(principal: Principal): Scope {
  if (principal.kind === 'STAFF' || principal.kind === 'SYSTEM') return SERVICE;
  const customerId = tenantOf(principal);
  return customerId === undefined ? NOBODY : tenant(customerId);
}
