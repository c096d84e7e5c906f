/** From the chairs of many: words about the product, which our own models read, sort by what they speak of, and weigh. */
import { randomUUID } from 'node:crypto';
import { check } from './check';
import { submit } from './end-user.steps';
import { GraphqlClient } from './graphql-client';
import { eventually, PASSWORD, type Story } from './story';

/** What people of two customers say; each list is one thing that they speak of. */
const SAID: readonly (readonly string[])[] = [
  [
    'Please add a dark mode to the app.',
    'I would like the app to have a dark mode.',
    'A dark mode for the app would be nice.',
    'The app needs a dark mode, my eyes hurt at night.',
    'When does the dark mode of the app come?',
    'Dark mode for the app, please!',
  ],
  [
    'The invoice has the wrong address.',
    'My invoice shows a wrong address, this is terrible.',
    'The address on the invoice is wrong.',
    'Wrong address on my invoice again, awful.',
    'Our invoice is sent to a wrong address.',
  ],
];
/** Of each thing so many are of the second customer. */
const OTHERS = 2;

interface Topic {
  readonly label: string;
  readonly size: number;
  readonly figures: { readonly people: number; readonly sentiment: number | null };
}

const WORDS = '{ feedback(first: 100, filter: { kind: TEXT }) { nodes { sentiment { label } } } }';
const TOPICS = '{ feedbackTopics { nodes { label size figures { people sentiment } } } }';
const DEMAND = `query($period: PeriodInput!) { market { demandMap(period: $period) {
  topics { label rest } segments { segment cells { feedback } } } } }`;

interface Demand {
  readonly market: {
    readonly demandMap: {
      readonly topics: readonly { readonly label: string | null; readonly rest: boolean }[];
      readonly segments: readonly {
        readonly segment: string | null;
        readonly cells: readonly { readonly feedback: number }[];
      }[];
    };
  };
}

/** A second customer, of another segment, whose server may speak for its people. */
async function neighbourSignsUp(url: string): Promise<GraphqlClient> {
  const input = {
    organisation: 'Contoso Stores',
    segment: 'retail',
    email: `owner+${randomUUID().slice(0, 8)}@contoso.example`,
    password: PASSWORD,
  };
  const { session } = await new GraphqlClient(url).mutate<{ session: { accessToken: string } }>(
    'signUp',
    'SignUpInput!',
    input,
    'session { accessToken }',
  );
  const { secret } = await new GraphqlClient(url, session.accessToken).mutate<{ secret: string }>(
    'apiKeyCreate',
    'ApiKeyCreateInput!',
    { name: 'server' },
    'secret',
  );
  return new GraphqlClient(url, secret);
}

/** @param findTopics what happens every hour: the story does not wait for it. */
export async function peopleSpeak(
  { url, narrator, facts }: Story,
  [server, staff]: readonly [GraphqlClient, GraphqlClient],
  { from, now, findTopics }: { from: Date; now: () => Date; findTopics: () => Promise<unknown> },
): Promise<void> {
  const count = SAID.flat().length;
  narrator.chapter(
    'End users',
    `${count} people of two customers say in words what they would like and what is wrong`,
  );
  const neighbour = await neighbourSignsUp(url);
  for (const [subject, texts] of SAID.entries())
    for (const [at, text] of texts.entries()) {
      const speaker = at < OTHERS ? neighbour : server;
      await submit(speaker, { kind: 'TEXT', text, endUserExternalId: `speaker-${subject}-${at}` });
    }
  narrator.chapter('Staff', 'sees how the words lean, what many speak of, and in which segment');
  const leaning = await eventually(async () => {
    const { feedback } = await staff.ask<{ feedback: { nodes: { sentiment: { label: string } | null }[] } }>(
      WORDS,
    );
    const read = feedback.nodes.flatMap(({ sentiment }) => sentiment?.label ?? []);
    return read.length >= count ? read : undefined;
  }, 'the sentiment of all words is read');
  const negative = leaning.filter((label) => label === 'NEGATIVE').length;
  await findTopics();
  const topics = await eventually(async () => {
    const { feedbackTopics } = await staff.ask<{ feedbackTopics: { nodes: Topic[] } }>(TOPICS);
    return feedbackTopics.nodes.length >= SAID.length ? feedbackTopics.nodes : undefined;
  }, 'what five people and more speak of becomes a topic');
  for (const { label, figures } of topics) narrator.say(`${label}: ${figures.people} people`);
  narrator.say(`${negative} of ${leaning.length} lean to the negative, as a model of our own reads them`);
  const to = new Date(now().getTime() + 1000);
  const { market } = await staff.ask<Demand>(DEMAND, {
    period: { from: from.toISOString(), to: to.toISOString() },
  });
  const { segments } = market.demandMap;
  check(segments.length >= 2, 'the demand map has a row for each segment');
  facts.words = {
    said: count,
    negative,
    topics: topics.map(({ label, figures: { people } }) => ({ label, people })),
    segments: segments.map(({ segment, cells }) => ({
      segment,
      feedback: cells.map(({ feedback }) => feedback),
    })),
  };
}
