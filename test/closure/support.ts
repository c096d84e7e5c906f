/** What tests of closing share: closing, opening again, and looking at what stands. */
import type { UserErrorData } from '../support/client';
import { linkTo } from '../support/mails';
import type { CustomerPerson, Person, World } from '../support/world';

export interface ClosureView {
  readonly closedAt: string;
  readonly reason: string;
  readonly detail: string | null;
  readonly eraseAfter: string;
  readonly erasedAt: string | null;
  readonly outcome: readonly {
    readonly table: string;
    readonly action: string;
    readonly rows: number;
    readonly kept: string | null;
  }[];
}

export interface ClosePayload {
  readonly customer: { readonly closure: ClosureView | null } | null;
  readonly openInvoices: number | null;
}

const CLOSURE = 'closure { closedAt reason detail eraseAfter erasedAt outcome { table action rows kept } }';

export async function close(
  { client }: Pick<Person, 'client'>,
  input: object = {},
): Promise<{ payload: ClosePayload; errors: readonly UserErrorData[] }> {
  const { customer } = await client.ask<{ customer: { name: string } }>('{ customer { name } }');
  return client.attempt<ClosePayload>(
    'customerClose',
    'CustomerCloseInput!',
    { name: customer.name, reason: 'NO_NEED', ...input },
    `customer { ${CLOSURE} } openInvoices`,
  );
}

export async function reopen({ client, customerId }: CustomerPerson): Promise<readonly UserErrorData[]> {
  const { errors } = await client.attempt(
    'customerReopen',
    'CustomerReopenInput!',
    { customerId },
    'customer { id }',
  );
  return errors;
}

/** As its members see it, or staff that names the customer. */
export async function closureOf(
  { client }: Pick<Person, 'client'>,
  id?: string,
): Promise<ClosureView | null> {
  const { customer } = await client.ask<{ customer: { closure: ClosureView | null } }>(
    `query ($by: CustomerBy) { customer(by: $by) { ${CLOSURE} } }`,
    { by: id === undefined ? null : { id } },
  );
  return customer.closure;
}

/** Another member of the account. */
export async function invited(
  world: World,
  owner: CustomerPerson,
  role: string,
  email = `${role}-${owner.customerId}@customer.test`.toLowerCase(),
): Promise<Person> {
  await owner.client.mutate('memberInvite', 'MemberInviteInput!', { email, role }, 'member { id }');
  const token = await linkTo(world, email, 'invitation');
  const { session } = await world
    .client()
    .mutate<{ session: { accessToken: string } }>(
      'memberInvitationAccept',
      'MemberInvitationAcceptInput!',
      { token, password: 'correct horse battery' },
      'session { accessToken }',
    );
  return { id: email, credential: session.accessToken, client: world.client(session.accessToken) };
}
