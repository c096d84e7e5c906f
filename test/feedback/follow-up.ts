/** What the tests of following up share: moving feedback, what givers were told, and their answers. */
import type { Person, World } from '../support/world';
import { submit, triage } from './support';

export interface Followed {
  readonly status: string;
  readonly askedAt: string | null;
  readonly fixed: boolean | null;
  readonly notices: readonly { status: string; asks: boolean; outcome: string; toldAt: string | null }[];
}

const FOLLOWED = 'status askedAt fixed notices { status asks outcome toldAt }';

export async function sql<T extends object>(
  world: World,
  text: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  return (await world.app.platform.database.servicePool.query<T & object>(text, [...values])).rows;
}

export async function followed(id: string, { client }: Pick<Person, 'client'>): Promise<Followed> {
  const query = `query ($id: ID!) { node(id: $id) { ... on Feedback { ${FOLLOWED} } } }`;
  return (await client.ask<{ node: Followed }>(query, { id })).node;
}

/** A reviewer moves it, and everybody who is to hear of it has heard. */
export async function moved(world: World, staff: Person, id: string, status: string): Promise<void> {
  const { errors } = await triage(staff, id, { status });
  expect(errors).toEqual([]);
  await world.settle();
}

interface Told {
  readonly status: string;
  readonly asksIfFixed: boolean;
  readonly endUserId: string | null;
}

export async function told(world: World, id: string): Promise<Told[]> {
  const text = `select data from outbox_events where type = 'feedback.giver-told' and subject = $1 order by position`;
  return (await sql<{ data: Told }>(world, text, [id])).map(({ data }) => data);
}

export function consent(person: Person, granted: boolean) {
  const input = { purpose: 'FEEDBACK_CONTACT', granted };
  return person.client.mutate('consentRecord', 'ConsentRecordInput!', input, 'record { id }');
}

export function confirm({ client }: Pick<Person, 'client'>, input: object) {
  return client.attempt<{ feedback: Followed | null }>(
    'feedbackConfirm',
    'FeedbackConfirmInput!',
    input,
    `feedback { ${FOLLOWED} }`,
  );
}

export function say(person: Pick<Person, 'client'>, more: object = {}) {
  return submit(person, { kind: 'CSAT', score: 2, ...more });
}
