/** Builds the identity module: who exists, how they prove it, and what they may do. */
import { type IdPrefix } from '../../kernel/id';
import type { ModuleManifest, NodeSource, Platform } from '../../platform/module';
import { IDENTITY_CUSTOMER_DATA } from './customer-data';
import { AccessTokenService } from './session/access-token.service';
import { ApiKey } from './api-key/api-key.entity';
import { ApiKeyResolver } from './api-key/api-key.resolver';
import { ApiKeyService } from './api-key/api-key.service';
import { AuthenticationService } from './authentication.service';
import { Customer } from './customer/customer.entity';
import { CustomerStanding } from './customer/customer-standing.service';
import { CustomerResolver } from './customer/customer.resolver';
import { CustomerUpdateResolver } from './customer/customer-update.resolver';
import { EndUser } from './end-user/end-user.entity';
import { EndUserTokenResolver } from './end-user/end-user.resolver';
import { EndUserStanding } from './end-user/end-user-standing.service';
import { createIdentityLoaders, type IdentityLoaders } from './identity.loader';
import { IdentityService } from './identity.service';
import { InvitationService } from './member/invitation.service';
import { Member } from './member/member.entity';
import { MemberResolver } from './member/member.resolver';
import { MemberService } from './member/member.service';
import { may, type Permission } from './permissions';
import { OwnSessionResolver, ownSessions } from './session/own-session.resolver';
import { AccountLinks } from './recovery/account-mails';
import { EmailResolver } from './recovery/email.resolver';
import { EmailService } from './recovery/email.service';
import { LoginProofs } from './recovery/login-proofs';
import { NameResolver } from './recovery/name.resolver';
import { OwnLogin } from './recovery/own-login.service';
import { PasswordResolver } from './recovery/password.resolver';
import { PasswordService } from './recovery/password.service';
import { SecondFactorResolver } from './second-factor/second-factor.resolver';
import { SecondFactorRepository } from './second-factor/second-factor.repository';
import { SecondFactorService } from './second-factor/second-factor.service';
import { SecondFactors } from './second-factor/second-factors';
import { Session } from './session/session.entity';
import { SessionResolver } from './session/session.resolver';
import { SessionService } from './session/session.service';
import { Staff } from './staff/staff.entity';
import { StaffResolver } from './staff/staff.resolver';
import { StaffService } from './staff/staff.service';
import { ViewerResolver } from './viewer.resolver';

export const identityEntities = [Customer, Member, Staff, ApiKey, EndUser, Session];

export interface IdentityModule {
  readonly identity: IdentityService;
  readonly authentication: AuthenticationService;
  readonly standing: EndUserStanding;
  /** Which customers were closed. */
  readonly customers: CustomerStanding;
  readonly members: MemberService;
  readonly loaders: IdentityLoaders;
  readonly manifest: ModuleManifest;
}

export function createIdentityModule(platform: Platform, publicUrl: () => string): IdentityModule {
  const { database, events, signals, mail, crypto, clock, log } = platform;
  const tokens = new AccessTokenService(crypto, clock);
  const rows = new SecondFactorRepository(database.unitOfWork, crypto);
  const factors = new SecondFactors(database, events, mail, clock, rows, crypto);
  const needed = platform.config.staffSecondFactor === 'required';
  const sessions = new SessionService(database, events, signals, tokens, crypto, clock, factors, needed);
  const apiKeys = new ApiKeyService(database, events, signals, crypto, clock);
  const links = new AccountLinks(publicUrl, platform.config.accountUrl);
  const invitations = new InvitationService(database, events, mail, crypto, clock, sessions, links);
  const identity = new IdentityService(database, events, clock, sessions, invitations);
  const members = new MemberService(database, events, clock, sessions, rows);
  const [proofs, own] = [new LoginProofs(crypto, clock), new OwnLogin(database, events, crypto, clock)];
  const passwords = new PasswordService({ ...platform, sessions, invitations, proofs, links, own, factors });
  const staff = new StaffService(database, events, clock, sessions, invitations, passwords);
  const emails = new EmailService({ ...platform, invitations, proofs, links, own });
  const secondFactors = new SecondFactorService({ ...platform, sessions, links, own, factors, rows });
  identity.addSignUpHook(emails);
  const standing = new EndUserStanding(database, events, signals, clock, log);
  const customers = new CustomerStanding(database, signals, log);
  const authentication = new AuthenticationService(
    tokens,
    apiKeys,
    sessions,
    standing,
    customers,
    signals,
    clock,
    log,
  );
  const loaders = createIdentityLoaders(database);
  const node = (
    prefix: IdPrefix,
    permission: Permission,
    loader: IdentityLoaders[keyof IdentityLoaders],
  ): NodeSource => ({
    prefix,
    allows: ({ principal }) => may(principal, permission),
    load: async (ids, context) =>
      (await loader(context).loadMany(ids)).map((row) => (row instanceof Error ? null : row)),
  });
  return {
    identity,
    authentication,
    standing,
    customers,
    members,
    loaders,
    manifest: {
      name: 'identity',
      resolvers: [
        new SessionResolver(identity, invitations, sessions, database),
        new OwnSessionResolver(),
        new PasswordResolver(passwords),
        new EmailResolver(emails),
        new NameResolver(own),
        new SecondFactorResolver(secondFactors, database),
        new ViewerResolver(loaders, database, clock, secondFactors),
        new CustomerResolver(database, loaders),
        new CustomerUpdateResolver(identity, database),
        new MemberResolver(invitations, members, database),
        new StaffResolver(staff, database),
        new ApiKeyResolver(apiKeys, database, loaders),
        new EndUserTokenResolver(identity, tokens),
      ],
      nodes: [
        node('cus', 'customer:read', loaders.customerById),
        node('mem', 'customer:read', loaders.memberById),
        node('stf', 'staff:read', loaders.staffById),
        node('key', 'customer:read', loaders.apiKeyById),
        node('eus', 'end-user:read', loaders.endUserById),
        {
          prefix: 'ses',
          allows: ({ principal }) => 'sessionId' in principal,
          load: (ids, context) => ownSessions(database, clock, ids, context),
        },
      ],
      jobs: [passwords.job],
      customerData: IDENTITY_CUSTOMER_DATA,
      personalData: [
        {
          table: 'end_users',
          person: 'id',
          holds: 'by which id the customer knows the person, and since when',
          kept: 'until the person is forgotten; then a row without a name stays, to which counts and invoices refer',
          copy: {
            columns: { externalId: 'external_id', createdAt: 'created_at', restrictedAt: 'restricted_at' },
            order: ['id'],
          },
          forget: [],
        },
      ],
      retention: [
        {
          table: 'members',
          goes: 'addresses that were to replace another one and were not proven',
          days: 1,
          key: ['customer_id', 'id'],
          over: 'pending_email_until < $1',
          emptied: 'pending_email = null, pending_email_until = null',
        },
        {
          table: 'attempt_counts',
          goes: 'counts of failed attempts to sign in',
          days: 1,
          key: ['key'],
          over: 'since < $1',
          emptied: null,
        },
        {
          table: 'sessions',
          goes: 'sign-ins that are long over',
          days: 90,
          key: ['id'],
          over: 'expires_at < $1',
          emptied: null,
        },
      ],
      start: async () => {
        await customers.start();
        await standing.start();
      },
      stop: async () => {
        await standing.stop();
        await customers.stop();
      },
    },
  };
}
