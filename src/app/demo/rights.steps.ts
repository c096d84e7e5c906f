/** From the chair of the data subject: a copy of what is kept, and being forgotten. */
import fs from 'node:fs';
import path from 'node:path';
import { check } from './check';
import type { DemoEndUser } from './customer.steps';
import type { GraphqlClient } from './graphql-client';
import { eventually, type Story } from './story';

interface Outcome {
  readonly table: string;
  readonly action: 'COPIED' | 'ERASED' | 'KEPT';
  readonly rows: number;
}

interface Fulfilled {
  readonly id: string;
  readonly status: string;
  readonly download: string | null;
  readonly outcome: readonly Outcome[] | null;
}

const FIELDS = 'id status download outcome { table action rows }';

async function fulfilled(client: GraphqlClient, input: object): Promise<Fulfilled> {
  const asked = await client.mutate<{ dataRequest: { id: string } }>(
    'dataRequestCreate',
    'DataRequestCreateInput!',
    input,
    'dataRequest { id }',
  );
  return eventually(async () => {
    const { node } = await client.ask<{ node: Fulfilled }>(
      `query($id: ID!) { node(id: $id) { ... on DataRequest { ${FIELDS} } } }`,
      { id: asked.dataRequest.id },
    );
    return node.status === 'DONE' ? node : undefined;
  }, 'the request is carried out');
}

const rowsIn = (outcome: readonly Outcome[], action: Outcome['action']): number =>
  outcome.reduce((sum, { rows, action: done }) => sum + (done === action ? rows : 0), 0);

/** A person asks for a copy, and opens it. */
export async function endUserAsksForCopy(
  { narrator, facts }: Story,
  { browser }: DemoEndUser,
  folder: string,
): Promise<void> {
  narrator.chapter('End user', 'asks for a copy of everything that is kept about her');
  const { id, download, outcome } = await fulfilled(browser, { kind: 'ACCESS' });
  check(download !== null && outcome !== null, 'there is a copy');
  const response = await fetch(download);
  check(response.ok, `the copy is downloaded (${response.status})`);
  const file = path.join(folder, 'copy-of-my-data.zip');
  fs.writeFileSync(file, Buffer.from(await response.arrayBuffer()));
  const rows = rowsIn(outcome, 'COPIED');
  narrator.say(`${rows} rows of ${outcome.length} tables, as JSON and CSV, in ${file}`);
  facts.copy = { dataRequestId: id, rows, tables: outcome.length, file };
}

/** Another one leaves: what counts stays, and leads to nobody. */
export async function customerForgets(
  { narrator, facts }: Story,
  server: GraphqlClient,
  externalId: string,
): Promise<void> {
  narrator.chapter('Customer', `has its user ${externalId} forgotten`);
  const { id, outcome } = await fulfilled(server, { kind: 'ERASURE', endUserExternalId: externalId });
  check(outcome !== null, 'it is said what became of each table');
  const [erased, kept] = [rowsIn(outcome, 'ERASED'), rowsIn(outcome, 'KEPT')];
  narrator.say(
    `${erased} rows gave up what they said; ${kept} stay for bills, proofs and counts, without a name`,
  );
  facts.erasure = { dataRequestId: id, erased, kept };
}
