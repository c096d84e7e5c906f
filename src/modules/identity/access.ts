/**
 * `@Can('…')` or `@Public()` stands on every root field: the check runs once a field, before its resolver, never per
 * scalar and never as a global middleware. A test walks the schema and fails on a root field with neither.
 */
import { createMethodMiddlewareDecorator, Extensions } from 'type-graphql';
import { AppError, forbidden, unauthenticated } from '../../kernel/errors';
import type { Principal } from '../../kernel/principal';
import { scopeOf } from '../../platform/database';
import type { RequestContext } from '../../platform/graphql';
import { accountClosing } from './identity.errors';
import { API_KEY_SCOPES, isOfStaffAlone, may, type Permission } from './permissions';

/** @throws AppError UNAUTHENTICATED for strangers, FORBIDDEN for those who are known and may not, ACCOUNT_CLOSING where nobody may any more. */
export function authorize(context: Pick<RequestContext, 'principal'>, permission: Permission): void {
  const { principal } = context;
  if (principal.kind === 'ANONYMOUS') throw unauthenticated();
  if (principal.kind === 'STAFF' && principal.mustChangePassword) {
    throw new AppError(
      'PASSWORD_CHANGE_REQUIRED',
      'Change the one-time password first: passwordChange(input: {current, next}).',
    );
  }
  if ('mustSetUpSecondFactor' in principal && principal.mustSetUpSecondFactor) {
    throw new AppError(
      'SECOND_FACTOR_SETUP_REQUIRED',
      'Set up a second factor first: secondFactorBegin(input: {password}), then secondFactorConfirm(input: {code}).',
    );
  }
  if (may(principal, permission)) return;
  if (principal.kind === 'MEMBER' && principal.eraseAfter) {
    const { eraseAfter, ...open } = principal;
    if (may(open, permission)) throw accountClosing(eraseAfter);
  }
  throw forbidden(permission, nextStep(principal, permission));
}

/** Undefined where somebody of the caller's account can give it: to a member, for keys and tokens have what they were made with. */
function nextStep({ kind }: Principal, permission: Permission): string | undefined {
  if (kind === 'STAFF') return 'Ask an admin of the staff for it.';
  if (isOfStaffAlone(permission))
    return 'Only those who run this service have it: ask them for what you need.';
  if (kind === 'END_USER') return 'No token of a person has it: have your server ask.';
  if (kind !== 'API_KEY') return undefined;
  return API_KEY_SCOPES.includes(permission)
    ? 'The scopes of this key leave it out, and stay as they are: make a key that has it with apiKeyCreate.'
    : 'No key has it: sign in as a member who has.';
}

/** Lets only principals through that the permission table allows. */
export function Can(permission: Permission): MethodDecorator {
  const extensions = Extensions({ can: permission }) as MethodDecorator;
  const guard = createMethodMiddlewareDecorator<RequestContext>(({ context }, next) => {
    authorize(context, permission);
    return next();
  });
  return (target, key, descriptor) => {
    extensions(target, key, descriptor);
    guard(target, key, descriptor);
  };
}

/** Says that a root field is open to everyone, on purpose. */
export function Public(): MethodDecorator {
  return Extensions({ public: true }) as MethodDecorator;
}

/** The caller has just become somebody (signed up): the rest of the answer is read as that principal. */
export function actAs(context: RequestContext, principal: Principal): void {
  Object.assign(context, { principal, scope: scopeOf(principal) });
}
