/** What the tests of feedback share: an answer with its token, and one call each of saying and triaging. */
import type { ConsentPurpose } from '../../src/modules/privacy';
import { CollectionMethod } from '../../src/modules/privacy/consent-record.entity';
import { tenant } from '../../src/platform/database';
import { predict } from '../inference/support';
import type { UserErrorData } from '../support/client';
import type { Person, World } from '../support/world';

export interface Item {
  readonly id: string;
  readonly kind: string;
  readonly score: number | null;
  readonly text: string | null;
  readonly correction: unknown;
  readonly status: string;
  readonly severity: number | null;
  readonly version: number;
  readonly withdrawnAt: string | null;
}

export const FIELDS = 'id kind score text correction status severity version withdrawnAt';

export interface RatedAnswer {
  readonly inferenceId: string;
  readonly feedbackToken: string;
}

export async function answer(person: Person, input: object = {}): Promise<RatedAnswer> {
  const { inference, feedbackToken } = await predict(person, input);
  return { inferenceId: inference!.id, feedbackToken: feedbackToken! };
}

export async function submit(
  { client }: Pick<Person, 'client'>,
  input: object,
  fields = FIELDS,
): Promise<Item> {
  const { feedback } = await client.mutate<{ feedback: Item }>(
    'feedbackSubmit',
    'FeedbackSubmitInput!',
    input,
    `feedback { ${fields} }`,
  );
  return feedback;
}

export async function refused(
  { client }: Pick<Person, 'client'>,
  input: object,
): Promise<readonly UserErrorData[]> {
  return (await client.attempt('feedbackSubmit', 'FeedbackSubmitInput!', input)).errors;
}

export async function withdraw({ client }: Pick<Person, 'client'>, input: object) {
  return client.attempt<{ feedback: Item | null }>(
    'feedbackWithdraw',
    'FeedbackWithdrawInput!',
    input,
    `feedback { ${FIELDS} }`,
  );
}

export async function triage<T = Item>({ client }: Person, id: string, input: object, fields = FIELDS) {
  const query = `mutation ($id: ID!, $input: FeedbackTriageInput!) { feedbackTriage(id: $id, input: $input) {
    feedback { ${fields} } errors { __typename code message path ... on Conflict { currentId } } } }`;
  const { feedbackTriage } = await client.ask<{
    feedbackTriage: { feedback: T | null; errors: readonly UserErrorData[] };
  }>(query, { id, input });
  return feedbackTriage;
}

export async function inbox(
  { client }: Pick<Person, 'client'>,
  filter: object = {},
  fields = FIELDS,
): Promise<Item[]> {
  const query = `query ($filter: FeedbackFilter) { feedback(filter: $filter, first: 100) { nodes { ${fields} } } }`;
  return (await client.ask<{ feedback: { nodes: Item[] } }>(query, { filter })).feedback.nodes;
}

/** Enough people who speak of one thing to make a topic, and of another. */
export const DARK = [
  'Please add a dark mode to the app.',
  'I would like the app to have a dark mode.',
  'A dark mode for the app would be nice.',
  'The app needs a dark mode, my eyes hurt at night.',
  'When does the dark mode of the app come?',
  'Dark mode for the app, please!',
];

export const INVOICE = [
  'The invoice has the wrong address.',
  'My invoice shows a wrong address, this is terrible.',
  'The address on the invoice is wrong.',
  'Wrong address on my invoice again, awful.',
  'Our invoice is sent to a wrong address.',
];

/** The hourly job that puts the inbox in order, at this moment. */
export async function ranked({ app }: World): Promise<void> {
  const job = app.modules.feedback.manifest.jobs!.find(({ kind }) => kind === 'feedback.rank')!;
  const { signal } = new AbortController();
  const attempt = { jobId: 'job_test', attempt: 1, isLastAttempt: false, signal, pause: signal };
  await job.run({} as never, { ...attempt, progress: async () => undefined });
}

/** A person takes a consent back, and before that is committed `ask` is sent: answers what came of it when it is. */
export async function whileWithdrawn<T>(
  world: World,
  { customerId, endUserId, purpose }: { customerId: string; endUserId: string; purpose: ConsentPurpose },
  ask: () => Promise<T>,
): Promise<T> {
  const { unitOfWork, servicePool } = world.app.platform.database;
  const by = { kind: 'SYSTEM', name: 'form' } as const;
  const no = { customerId, endUserId, purpose, granted: false, method: CollectionMethod.FORM, by };
  const waiting =
    "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
  let asked: Promise<T> | undefined;
  await unitOfWork.run(tenant(customerId), async () => {
    await world.app.modules.privacy.consents.record(no);
    await unitOfWork.outside(async () => {
      let isDone = false;
      asked = ask().finally(() => (isDone = true));
      const isWaiting = async () => (await servicePool.query(waiting)).rows.length > 0;
      await world.until(async () => isDone || (await isWaiting()), 'what is asked to wait');
    });
  });
  return asked!;
}

/** What reviewers did with it, step by step. */
export interface History {
  readonly history: {
    readonly nodes: readonly { kind: string; by: string | null; note: string | null; changes: object }[];
  };
}
export const HISTORY = 'history { nodes { kind by note changes } }';
