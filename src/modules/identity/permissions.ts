/**
 * The one table of who may do what: action × role. Everything that it does not allow is refused. An end user's token
 * reaches a browser, so its column is short on purpose: predict, give feedback, see and change one's own consent.
 */
import type { MemberRole, Principal, StaffRole } from '../../kernel/principal';

type Role = `STAFF_${StaffRole}` | `MEMBER_${MemberRole}` | 'API_KEY' | 'END_USER';

const STAFF: readonly Role[] = ['STAFF_ADMIN', 'STAFF_ANALYST', 'STAFF_REVIEWER', 'STAFF_COMPLIANCE'];
const ADMIN: readonly Role[] = ['STAFF_ADMIN'];
const ANALYST: readonly Role[] = ['STAFF_ADMIN', 'STAFF_ANALYST'];
const REVIEWER: readonly Role[] = ['STAFF_ADMIN', 'STAFF_ANALYST', 'STAFF_REVIEWER'];
const COMPLIANCE: readonly Role[] = ['STAFF_ADMIN', 'STAFF_COMPLIANCE'];
const MEMBERS: readonly Role[] = [
  'MEMBER_OWNER',
  'MEMBER_ADMIN',
  'MEMBER_DEVELOPER',
  'MEMBER_BILLING',
  'MEMBER_VIEWER',
];
/** All but VIEWER, who changes nothing. */
const ACTIVE_MEMBERS: readonly Role[] = MEMBERS.filter((role) => role !== 'MEMBER_VIEWER');
const CUSTOMER_ADMIN: readonly Role[] = ['MEMBER_OWNER', 'MEMBER_ADMIN'];
const DEVELOPER: readonly Role[] = [...CUSTOMER_ADMIN, 'MEMBER_DEVELOPER'];
const BILLING: readonly Role[] = ['MEMBER_OWNER', 'MEMBER_ADMIN', 'MEMBER_BILLING'];

export const PERMISSIONS = {
  'customer:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'customer:list': STAFF,
  'customer:update': CUSTOMER_ADMIN,
  'customer:close': ['MEMBER_OWNER'],
  'member:invite': CUSTOMER_ADMIN,
  'member:manage': CUSTOMER_ADMIN,
  'member:recover': [...ADMIN, ...CUSTOMER_ADMIN],
  'api-key:manage': DEVELOPER,
  'end-user:read': [...STAFF, ...MEMBERS, 'API_KEY', 'END_USER'],
  'end-user:token': [...DEVELOPER, 'API_KEY'],
  'staff:read': STAFF,
  'staff:manage': ADMIN,

  'audit:read': COMPLIANCE,
  'consent:read': [...STAFF, ...MEMBERS, 'API_KEY', 'END_USER'],
  'consent-text:publish': COMPLIANCE,
  'consent:record': [...DEVELOPER, 'API_KEY', 'END_USER'],
  'data-request:create': [...CUSTOMER_ADMIN, 'API_KEY', 'END_USER'],
  'data-request:decide': [...COMPLIANCE, ...CUSTOMER_ADMIN, 'API_KEY'],
  'data-request:read': [...COMPLIANCE, ...CUSTOMER_ADMIN, 'API_KEY', 'END_USER'],
  'aggregate-release:read': COMPLIANCE,
  'aggregate-release:create': COMPLIANCE,

  'billing:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'billing:update': BILLING,
  'billing:reconcile': ADMIN,
  'invoice:refund': ADMIN,
  'credit:grant': ADMIN,
  'plan:publish': ADMIN,
  'margin:read': ANALYST,

  'model:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'model:manage': ADMIN,
  'model-card:approve': COMPLIANCE,
  'dataset:read': STAFF,
  'dataset:upload': ANALYST,
  'training:read': STAFF,
  'training:run': ANALYST,
  'deployment:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'deployment:manage': ADMIN,
  'deployment:evidence': STAFF,
  'job:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'job:cancel': ANALYST,

  'inference:run': [...DEVELOPER, 'API_KEY', 'END_USER'],
  'inference:read': [...STAFF, ...MEMBERS, 'API_KEY', 'END_USER'],
  'inference:payload': [...REVIEWER, ...DEVELOPER, 'API_KEY', 'END_USER'],

  'webhook:read': [...STAFF, ...MEMBERS, 'API_KEY'],
  'webhook:manage': [...DEVELOPER, 'API_KEY'],

  'feature-test:read': STAFF,
  'feature-test:manage': ANALYST,
  'flag:read': [...MEMBERS, 'API_KEY', 'END_USER'],
  'track:write': [...DEVELOPER, 'API_KEY', 'END_USER'],

  'feedback:read': [...STAFF, ...MEMBERS, 'API_KEY', 'END_USER'],
  'feedback:submit': [...ACTIVE_MEMBERS, 'API_KEY', 'END_USER'],
  'feedback:triage': REVIEWER,

  'compliance:read': COMPLIANCE,
  'compliance:create': COMPLIANCE,
  'incident:read': STAFF,
  // Whoever answers for personal data hears of a breach first.
  'incident:manage': STAFF,
  'breach-notice:read': [...STAFF, ...CUSTOMER_ADMIN, 'API_KEY'],
  'breach-notice:send': COMPLIANCE,
  'breach-notice:acknowledge': CUSTOMER_ADMIN,
  'fairness:read': [...STAFF, ...CUSTOMER_ADMIN, 'API_KEY'],
  'fairness:manage': COMPLIANCE,
  'end-user-groups:read': [...CUSTOMER_ADMIN, 'API_KEY', 'END_USER'],
  'end-user-groups:record': [...DEVELOPER, 'API_KEY', 'END_USER'],
  'impact:read': STAFF,
  'impact:assess': COMPLIANCE,
  'market:read': ANALYST,
  'market:manage': ANALYST,
} as const satisfies Record<string, readonly Role[]>;

export type Permission = keyof typeof PERMISSIONS;

const ALL = Object.keys(PERMISSIONS) as Permission[];

/** Beside reading, what a member may still do in an account that was closed: take its data out, decide about people's, open it again. */
const WHILE_CLOSING: ReadonlySet<Permission> = new Set<Permission>([
  'customer:close',
  'data-request:create',
  'data-request:decide',
  'inference:payload',
]);

function roleOf(principal: Principal): Role | undefined {
  switch (principal.kind) {
    case 'STAFF':
      // Whoever still has the one-time password of the first start may do nothing, by no way at all.
      return principal.mustChangePassword || principal.mustSetUpSecondFactor
        ? undefined
        : `STAFF_${principal.role}`;
    case 'MEMBER':
      return principal.mustSetUpSecondFactor ? undefined : `MEMBER_${principal.role}`;
    case 'API_KEY':
    case 'END_USER':
      return principal.kind;
    case 'SYSTEM':
    case 'ANONYMOUS':
      return undefined;
  }
}

/** Whether the table (and, for an API key, its scopes too) lets this principal do that. */
export function may(principal: Principal, permission: Permission): boolean {
  const role = roleOf(principal);
  if (role === undefined || !(PERMISSIONS[permission] as readonly Role[]).includes(role)) return false;
  if (principal.kind === 'MEMBER' && principal.eraseAfter && !mayWhileClosing(permission)) return false;
  return (
    principal.kind !== 'API_KEY' || principal.scopes.includes('*') || principal.scopes.includes(permission)
  );
}

function mayWhileClosing(permission: Permission): boolean {
  return permission.endsWith(':read') || WHILE_CLOSING.has(permission);
}

/** Whether no customer, and nobody of one, can be given it. */
export function isOfStaffAlone(permission: Permission): boolean {
  return PERMISSIONS[permission].every((role) => role.startsWith('STAFF_'));
}

/** Everything this principal may do. */
export function permissionsOf(principal: Principal): Permission[] {
  return ALL.filter((permission) => may(principal, permission));
}

/** The actions an API key's scopes may name. */
export const API_KEY_SCOPES: readonly Permission[] = ALL.filter((permission) =>
  (PERMISSIONS[permission] as readonly Role[]).includes('API_KEY'),
);
