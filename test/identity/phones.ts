/** People with authenticator apps: what their phones show, and what they ask for with it. */
import { Secret, TOTP } from 'otpauth';
import { linkTo } from '../support/mails';
import type { CustomerPerson, Person, World } from '../support/world';

export const PASSWORD = 'correct horse battery';
export const TOKENS = 'session { accessToken refreshToken }';
const STEP_MS = 30_000;

export type Client = Person['client'];
export type Session = { session: { accessToken: string } | null };
export type Phones = ReturnType<typeof phonesOf>;

interface Viewer {
  readonly permissions: string[];
  readonly mustSetUpSecondFactor: boolean;
  readonly member: { id: string } | null;
  readonly secondFactor: { since: string | null; recoveryCodesLeft: number; isRequired: boolean } | null;
}

const VIEWER = `{ viewer { permissions mustSetUpSecondFactor member { id }
  secondFactor { since recoveryCodesLeft isRequired } } }`;

export const statusOf = async (client: Client): Promise<number> =>
  (await client.send('{ viewer { kind } }')).status;

export function phonesOf(world: World) {
  /** What the app shows now. */
  const codeOf = (secret: string): string =>
    new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: world.clock.millis() });
  const begin = (client: Client, input: object = { password: PASSWORD }) =>
    client.attempt<{ secret: string; uri: string; picture: string }>(
      'secondFactorBegin',
      'SecondFactorBeginInput!',
      input,
      'secret uri picture',
    );
  const confirm = (client: Client, code: string) =>
    client.attempt<Session & { recoveryCodes: string[] }>(
      'secondFactorConfirm',
      'SecondFactorConfirmInput!',
      { code },
      `recoveryCodes ${TOKENS}`,
    );
  return {
    codeOf,
    /** What it shows next: what was shown before is used up. */
    nextCodeOf: (secret: string): string => {
      world.clock.advance(STEP_MS);
      return codeOf(secret);
    },
    begin,
    confirm,
    /** The secret on the phone, the codes in the drawer, and the session that goes on. */
    setUp: async (client: Client) => {
      const { secret } = (await begin(client)).payload;
      const { payload, errors } = await confirm(client, codeOf(secret));
      expect(errors).toEqual([]);
      const goesOn = world.client(payload.session!.accessToken);
      return { secret, recoveryCodes: payload.recoveryCodes, client: goesOn };
    },
    signIn: (email: string, code?: string, password = PASSWORD) =>
      world.client().attempt<Session>('signIn', 'SignInInput!', { email, password, code }, TOKENS),
    remove: (client: Client, code: string) =>
      client.attempt('secondFactorRemove', 'SecondFactorInput!', { password: PASSWORD, code }, 'removed'),
    setPolicy: (client: Client, isRequired: boolean) =>
      client.attempt<{ customer: { requiresSecondFactor: boolean } }>(
        'secondFactorPolicySet',
        'SecondFactorPolicySetInput!',
        { isRequired },
        'customer { requiresSecondFactor }',
      ),
    viewerOf: async (client: Client) => (await client.ask<{ viewer: Viewer }>(VIEWER)).viewer,
    /** Another member of the account, signed in. */
    colleague: async (owner: CustomerPerson, role: string): Promise<{ email: string; client: Client }> => {
      const email = `${role.toLowerCase()}-of-${owner.email}`;
      await owner.client.mutate('memberInvite', 'MemberInviteInput!', { email, role }, 'member { id }');
      const token = await linkTo(world, email, 'invitation');
      const input = { token, password: PASSWORD };
      const accepted = await world
        .client()
        .mutate<Session>('memberInvitationAccept', 'MemberInvitationAcceptInput!', input, TOKENS);
      return { email, client: world.client(accepted.session!.accessToken) };
    },
  };
}
