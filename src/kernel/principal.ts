/**
 * Who is asking: one type, five kinds. It lives in the kernel because every floor names an actor (events, logs,
 * jobs, GraphQL); how a principal is proven is the identity module's business.
 */
export type StaffRole = 'ADMIN' | 'ANALYST' | 'REVIEWER' | 'COMPLIANCE';
export type MemberRole = 'OWNER' | 'ADMIN' | 'DEVELOPER' | 'BILLING' | 'VIEWER';
export type KeyMode = 'LIVE' | 'TEST';

export interface StaffPrincipal {
  readonly kind: 'STAFF';
  readonly staffId: string;
  readonly role: StaffRole;
  readonly sessionId: string;
  /** The one-time password of the first start was used and not yet changed: only signing in and changing it is allowed. */
  readonly mustChangePassword: boolean;
  /** Whether a second factor is asked for and not there: only setting one up is allowed. */
  readonly mustSetUpSecondFactor?: boolean;
}
export interface MemberPrincipal {
  readonly kind: 'MEMBER';
  readonly memberId: string;
  readonly customerId: string;
  readonly role: MemberRole;
  readonly sessionId: string;
  /** Whether a second factor is asked for and not there: only setting one up is allowed. */
  readonly mustSetUpSecondFactor?: boolean;
  /** Known of a request only: the account was closed, and its data are deleted after this moment. */
  readonly eraseAfter?: Date;
}
export interface ApiKeyPrincipal {
  readonly kind: 'API_KEY';
  readonly apiKeyId: string;
  readonly customerId: string;
  readonly mode: KeyMode;
  readonly scopes: readonly string[];
  /** What the customer lets this key call within a minute; absent or null = as the plan allows. */
  readonly requestsPerMinute?: number | null;
}
export interface EndUserPrincipal {
  readonly kind: 'END_USER';
  readonly endUserId: string;
  readonly customerId: string;
}
export interface AnonymousPrincipal {
  readonly kind: 'ANONYMOUS';
}
/** The system itself: jobs, schedules, event handlers. Never made from a request. */
export interface SystemPrincipal {
  readonly kind: 'SYSTEM';
  readonly name: string;
}

export type Principal =
  | StaffPrincipal
  | MemberPrincipal
  | ApiKeyPrincipal
  | EndUserPrincipal
  | AnonymousPrincipal
  | SystemPrincipal;

export const ANONYMOUS: AnonymousPrincipal = { kind: 'ANONYMOUS' };

/** The id that stands for a principal in events and the audit log. */
export function actorOf(principal: Principal): string {
  switch (principal.kind) {
    case 'STAFF':
      return principal.staffId;
    case 'MEMBER':
      return principal.memberId;
    case 'API_KEY':
      return principal.apiKeyId;
    case 'END_USER':
      return principal.endUserId;
    case 'SYSTEM':
      return `system:${principal.name}`;
    case 'ANONYMOUS':
      return 'anonymous';
  }
}

/** The tenant a principal belongs to; undefined for staff, the system and strangers. */
export function tenantOf(principal: Principal): string | undefined {
  return 'customerId' in principal ? principal.customerId : undefined;
}
