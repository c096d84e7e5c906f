/** What tests of people who administer an account ask and do, as a console would. */
import type { CustomerPerson, Person, World } from '../support/world';

export const ME = '{ viewer { kind permissions member { id role } staff { role } } }';
export const PASSWORD = 'correct horse battery';

export interface MemberRow {
  readonly id: string;
  readonly email: string;
  readonly name: string | null;
  readonly role: string;
  readonly status: string;
}

export const ROW = 'id email name role status';
export const change = ({ client }: Pick<Person, 'client'>, id: string, input: object) =>
  client.send<{
    act: { member: MemberRow | null; errors: { code: string; path: string[] | null }[] } | null;
  }>(
    `mutation ($id: ID!, $input: MemberChangeInput!) { act: memberChange(id: $id, input: $input) {
       member { ${ROW} } errors { code path } } }`,
    { id, input },
  );
export const codes = ({ data, errors }: Awaited<ReturnType<typeof change>>): string[] =>
  errors?.map(({ extensions }) => extensions.code) ?? data!.act!.errors.map(({ code }) => code);
export const remove = ({ client }: Pick<Person, 'client'>, id: string) =>
  client.attempt<{ member: MemberRow | null }>(
    'memberRemove',
    'MemberRemoveInput!',
    { id },
    `member { ${ROW} }`,
  );
export const membersOf = async ({ client }: Pick<Person, 'client'>, filter = ''): Promise<MemberRow[]> => {
  const { customer } = await client.ask<{ customer: { members: { nodes: MemberRow[] } } }>(
    `{ customer { members${filter} { nodes { ${ROW} } } } }`,
  );
  return customer.members.nodes;
};
export const isOut = async ({ client }: Pick<Person, 'client'>): Promise<boolean> =>
  (await client.send(ME)).status === 401;
export const signIn = async (world: World, email: string): Promise<Person | undefined> => {
  const { payload } = await world
    .client()
    .attempt<{ session: { accessToken: string } | null }>(
      'signIn',
      'SignInInput!',
      { email, password: PASSWORD },
      'session { accessToken }',
    );
  const token = payload.session?.accessToken;
  return token === undefined ? undefined : { id: '', credential: token, client: world.client(token) };
};
export const ownerId = async ({ client }: Pick<Person, 'client'>): Promise<string> =>
  (await client.ask<{ viewer: { member: { id: string } } }>(ME)).viewer.member.id;
export const addressOf = (role: string, { customerId }: CustomerPerson): string =>
  `${role}-${customerId}@customer.test`.toLowerCase();
export const eventsOf = async (world: World, subject: string): Promise<string[]> => {
  const { rows } = await world.app.platform.database.servicePool.query<{ type: string }>(
    'select type from domain_events where subject = $1 order by created_at, id',
    [subject],
  );
  return rows.map(({ type }) => type);
};
/** Of what is done with staff: Invite, Deactivate, Reactivate. */
export const act = (person: Pick<Person, 'client'>, what: string, input: object) =>
  person.client.attempt<{ staff: { id: string; status: string; role: string } | null }>(
    `staff${what}`,
    `Staff${what}Input!`,
    input,
    'staff { id status role }',
  );
export const give = ({ client }: Pick<Person, 'client'>, id: string, role: string) =>
  client.send<{ act: { errors: { code: string }[] } }>(
    'mutation ($id: ID!, $input: StaffChangeInput!) { act: staffChange(id: $id, input: $input) { errors { code } } }',
    { id, input: { role } },
  );
/** By the link in a mail. */
export const reset = (world: World, token: string) =>
  world
    .client()
    .mutate(
      'passwordReset',
      'PasswordResetInput!',
      { token, password: 'another horse battery' },
      '__typename',
    );
