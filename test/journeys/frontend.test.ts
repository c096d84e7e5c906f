/** docs/frontend.md, run from top to bottom by somebody who pastes each block: what it says happens. */
import * as crypto from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import * as apollo from '@apollo/client';
import * as apolloContext from '@apollo/client/link/context';
import * as apolloError from '@apollo/client/link/error';
import * as apolloSubscriptions from '@apollo/client/link/subscriptions';
import * as apolloUtilities from '@apollo/client/utilities';
import * as urql from '@urql/core';
import * as graphql from 'graphql';
import * as graphqlWs from 'graphql-ws';
import OpenAI from 'openai';
import * as rxjs from 'rxjs';
import WebSocket from 'ws';
import { deployed } from '../deployments/support';
import { sha256 } from '../../src/kernel/hash';
import { WebhookReceiver } from '../inference/webhook-receiver';
import { handMadeVersion } from '../support/hand-made-version';
import { startWorld, type World } from '../support/world';

const ROOT = path.resolve(__dirname, '../..');
const guide = fs.readFileSync(path.join(ROOT, 'docs/frontend.md'), 'utf8');
const operation = (name: string): string =>
  fs.readFileSync(path.join(ROOT, 'schema/operations', name), 'utf8');
const sdl = fs.readFileSync(path.join(ROOT, 'schema/schema.graphql'), 'utf8');

const receiver = new WebhookReceiver();
let world: World;
beforeAll(async () => {
  await receiver.start();
  world = await startWorld({ trustedDocuments: 'prefer' });
  const { versionId } = await handMadeVersion(world, 0.75);
  await deployed(world, await world.staff(), 'wages', [{ versionId }]);
});
afterAll(async () => {
  await world.close();
  await receiver.stop();
});

const MODULES: Readonly<Record<string, object>> = {
  '@apollo/client': apollo,
  '@apollo/client/link/context': apolloContext,
  '@apollo/client/link/error': apolloError,
  '@apollo/client/utilities': apolloUtilities,
  '@apollo/client/link/subscriptions': apolloSubscriptions,
  '@urql/core': urql,
  graphql,
  'graphql-ws': graphqlWs,
  'node:crypto': crypto,
  rxjs,
};

/** The blocks as one program. */
function programOf(markdown: string): string {
  const blocks = [...markdown.matchAll(/^```js\n(.*?)^```$/gms)].map(([, code]) => code!);
  expect(blocks.length).toBeGreaterThan(7);
  return blocks
    .join('\n')
    .replaceAll(
      /^import \{([^}]*)\} from ('.*?');$/gm,
      (_line, names, from) => `const {${names}} = require(${from});`,
    );
}

const RESULTS =
  '{ said, agreed, pages, written, byApollo, viewer, byUrql, me, scalars, keys, cached, secret, isSigned }';

interface Results {
  readonly said: object;
  readonly agreed: object;
  readonly written: string;
  readonly byApollo: string;
  readonly byUrql: readonly string[];
  readonly pages: number;
  readonly viewer: { readonly data: object };
  readonly me: object;
  readonly scalars: object;
  readonly keys: object;
  readonly cached: object | null;
  readonly secret: string;
  readonly isSigned: (headers: object, body: string) => boolean;
}

test('a front end gets from sign-up to a page that predicts, as the guide says', async () => {
  const printed: unknown[] = [];
  const program = `return (async () => { ${programOf(guide)}\n await socket.dispose(); return ${RESULTS}; })()`;
  const given = {
    url: world.url,
    hook: receiver.url,
    require: (name: string) => MODULES[name],
    console: { log: (value: unknown) => printed.push(value) },
    operation,
    sdl,
    sha256,
    WebSocket,
  };
  const run = new Function(...Object.keys(given), program) as (...values: unknown[]) => Promise<Results>;
  // Node 20 has none; graphql-ws takes the global one, as in a browser.
  Object.assign(globalThis, { WebSocket });
  const results = await run(...Object.values(given));

  expect(printed).toEqual([
    { probability: 0.75, label: 'yes' },
    ['INVALID_INPUT at input.rows.age', 'INVALID_INPUT at input.rows.income'],
  ]);
  expect(results.said).toMatchObject({ feedbackSubmit: { feedback: { status: 'NEW' }, errors: [] } });
  expect(results.agreed).toMatchObject({ consentRecord: { state: { granted: true }, errors: [] } });
  expect(results.written).toMatch(/\w/);
  expect([results.byApollo, results.byUrql.join('')]).toEqual([results.written, results.written]);
  expect(results.viewer.data).toMatchObject({ viewer: { kind: 'END_USER', endUser: { externalId: 'ada' } } });
  expect(results.pages).toBe(1);
  expect(results.me).toMatchObject({ endUser: { externalId: 'ada' } });
  const own = Object.values(graphql.buildSchema(sdl).getTypeMap()).filter(
    (type) => graphql.isScalarType(type) && !graphql.isSpecifiedScalarType(type),
  );
  expect(Object.keys(results.scalars).sort()).toEqual(own.map(({ name }) => name).sort());
  expect(Object.keys(results.keys)).toEqual(expect.arrayContaining(['Money', 'UsageDay', 'Viewer']));
  expect(results.cached).toMatchObject({ viewer: { member: { email: 'owner@shop.example' } } });

  await world.until(() => Promise.resolve(receiver.heard.length > 0), 'the message that was asked for');
  const [{ headers, body }] = receiver.heard as [(typeof receiver.heard)[0]];
  expect([results.isSigned(headers, body), results.isSigned(headers, `${body} `)]).toEqual([true, false]);
  const stock = new OpenAI({ apiKey: 'none', webhookSecret: results.secret }).webhooks;
  expect(await stock.unwrap(body, headers as Record<string, string>)).toMatchObject({
    type: 'webhook-endpoint.tested',
  });
});
