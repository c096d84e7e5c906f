/** From the chair of the end user: consent given and withdrawn, an answer, a rating, a correction. */
import { check } from './check';
import type { DemoEndUser } from './customer.steps';
import type { GraphqlClient } from './graphql-client';
import type { Deployed } from './staff.steps';
import type { Story } from './story';

export interface Predicted {
  readonly inference: { readonly id: string; readonly outputs: readonly unknown[]; readonly totalMs: number };
  readonly feedbackToken: string;
}

const ANSWER = 'inference { id outputs totalMs } feedbackToken';

export function predict(
  client: GraphqlClient,
  deployment: Deployed,
  row: object,
  more: object = {},
): Promise<Predicted> {
  return client.mutate<Predicted>(
    'predict',
    'PredictInput!',
    { deployment: deployment.name, rows: [row], ...more },
    ANSWER,
  );
}

export function setConsent(browser: GraphqlClient, purpose: string, granted: boolean): Promise<unknown> {
  return browser.mutate(
    'consentRecord',
    'ConsentRecordInput!',
    { purpose, granted },
    'record { id granted text { title version } }',
  );
}

/** A person changes their mind; the very next answer obeys. */
export async function endUserDecides(
  { data, narrator, facts }: Story,
  { browser }: DemoEndUser,
  deployment: Deployed,
): Promise<void> {
  narrator.chapter('End user', 'gives consent to ANALYTICS and TRAINING, withdraws both, and gives one back');
  const stored = async (): Promise<unknown> => {
    const { inference } = await predict(browser, deployment, data.rows[0]!);
    const again = await browser.ask<{ inference: { outputs: unknown } }>(
      'query($id: ID!) { inference(id: $id) { outputs } }',
      {
        id: inference.id,
      },
    );
    return again.inference.outputs;
  };
  check((await stored()) === null, 'without consent an answer is given and not kept');
  await setConsent(browser, 'ANALYTICS', true);
  await setConsent(browser, 'TRAINING', true);
  check((await stored()) !== null, 'with consent it is kept');
  await setConsent(browser, 'TRAINING', false);
  await setConsent(browser, 'ANALYTICS', false);
  check((await stored()) === null, 'a withdrawal is effective for the next answer');
  await setConsent(browser, 'ANALYTICS', true);
  const query =
    '{ viewer { endUser { consents { purpose granted } consentHistory { nodes { purpose granted } } } } }';
  const { viewer } = await browser.ask<{
    viewer: {
      endUser: { consents: { purpose: string; granted: boolean }[]; consentHistory: { nodes: unknown[] } };
    };
  }>(query);
  const { consents, consentHistory } = viewer.endUser;
  check(consentHistory.nodes.length === 5, 'every act is in the history');
  narrator.say(consents.map(({ purpose, granted }) => `${granted ? '✓' : '–'} ${purpose}`).join('   '));
  facts.consent = { consents, acts: consentHistory.nodes.length };
}

export interface RatedAnswer {
  readonly inferenceId: string;
  readonly feedbackId: string;
  readonly correctionId: string;
}

export async function endUserRates(
  { data, narrator, facts }: Story,
  { browser }: DemoEndUser,
  deployment: Deployed,
): Promise<RatedAnswer> {
  narrator.chapter('End user', 'asks from the browser, rates the answer, and corrects one');
  const { inference, feedbackToken } = await predict(browser, deployment, data.rows[1]!);
  narrator.say(`answer ${JSON.stringify(inference.outputs[0])} in ${inference.totalMs.toFixed(1)} ms`);
  const rating = await submit(browser, {
    feedbackToken,
    kind: 'THUMBS',
    score: 1,
    text: 'Just what I expected.',
  });
  const other = await predict(browser, deployment, data.rows[2]!);
  const correction = await submit(browser, {
    feedbackToken: other.feedbackToken,
    kind: 'CORRECTION',
    correction: { label: data.answers[2] },
  });
  narrator.say('a thumb up, and a correction of the next answer');
  facts.rating = {
    inferenceId: inference.id,
    totalMs: inference.totalMs,
    feedbackId: rating,
    correctionId: correction,
  };
  return { inferenceId: inference.id, feedbackId: rating, correctionId: correction };
}

export async function submit(client: GraphqlClient, input: object): Promise<string> {
  const { feedback } = await client.mutate<{ feedback: { id: string } }>(
    'feedbackSubmit',
    'FeedbackSubmitInput!',
    input,
    'feedback { id }',
  );
  return feedback.id;
}
