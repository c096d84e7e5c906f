/** Where trusted documents are required, nothing else runs; where they are off, no id is known. */
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { sha256 } from '../../src/kernel/hash';
import { type ActServer, startActServer } from './act-server';

const KNOWN = 'query Known { __typename }';
/** Up to its `#` it is a text that nobody knows. */
const REMARKED = 'query Remarked { __typename } # for all';
const ID = `sha256:${sha256(KNOWN)}`;

const servers: ActServer[] = [];
const serverWith = async (trustedDocuments: 'off' | 'prefer' | 'require'): Promise<ActServer> => {
  const server = await startActServer({ trustedDocuments }, { documents: [KNOWN, REMARKED] });
  servers.push(server);
  return server;
};
afterAll(async () => {
  for (const server of servers) await server.close();
});

const post = async ({ url }: ActServer, body: object) => {
  const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
  const response = await fetch(`${url}/graphql`, { method: 'POST', headers, body: JSON.stringify(body) });
  const { data, errors } = (await response.json()) as {
    data?: object;
    errors?: { extensions: { code: string } }[];
  };
  return errors ? `${response.status} ${errors[0]!.extensions.code}` : data;
};
const answer = { __typename: 'Query' };
const status = async (url: string, type: string, body: string): Promise<string> => {
  const headers = { 'content-type': type, accept: 'text/event-stream', authorization: 'Bearer a' };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.body?.cancel();
  return String(response.status);
};

/** `fetch` sends no `#`, and always a `Host`. */
async function byBareGet({ url }: ActServer, parameters: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  const head = `GET /graphql?${parameters} HTTP/1.0\r\napollo-require-preflight: 1`;
  socket.write(`${head}\r\n\r\n`);
  return text(socket);
}

test('require: a known id runs, a known text too, everything else is refused', async () => {
  const server = await serverWith('require');
  expect(await post(server, { documentId: ID })).toEqual(answer);
  expect(await post(server, { query: KNOWN })).toEqual(answer);
  expect(await post(server, { query: '{ __typename }' })).toBe('400 DOCUMENT_NOT_TRUSTED');
  expect(await post(server, { documentId: `sha256:${sha256('other')}` })).toBe('400 DOCUMENT_NOT_TRUSTED');
  expect(await post(server, { documentId: ID, query: KNOWN })).toBe('400 MALFORMED');
  const byGet = (parameters: string): Promise<Response> =>
    fetch(`${server.url}/graphql?${parameters}`, { headers: { 'apollo-require-preflight': '1' } });
  expect(await (await byGet(`documentId=${encodeURIComponent(ID)}`)).json()).toMatchObject({ data: answer });
  const other = encodeURIComponent('{ __typename }');
  expect((await byGet(`query=${other}`)).status).toBe(400);
  expect((await byGet(`a=1?&query=${other}`)).status).toBe(400);
  expect((await byGet(`query=${encodeURIComponent(KNOWN)}&query=${other}`)).status).toBe(400);
  expect((await byGet(`query=${encodeURIComponent(REMARKED)}`)).status).toBe(200);
  const [before, after] = REMARKED.split('#').map(encodeURIComponent) as [string, string];
  expect(await byBareGet(server, `query=${before}#${after}`)).toMatch(/^HTTP\/1\.1 400 /);
  expect(await byBareGet(server, `query=${encodeURIComponent(KNOWN)}`)).toMatch(/^HTTP\/1\.1 200 /);
  // Apollo Client's link sends the hash first, and the text where that is not found.
  const hashed = (query: string) => ({ persistedQuery: { version: 1, sha256Hash: sha256(query) } });
  expect(await post(server, { extensions: hashed(KNOWN) })).toBe('200 MALFORMED');
  expect(await post(server, { query: KNOWN, extensions: hashed(KNOWN) })).toEqual(answer);
  expect(await post(server, { extensions: hashed(KNOWN) })).toEqual(answer);
  const unknown = { query: '{ __typename }', extensions: hashed('{ __typename }') };
  expect(await post(server, unknown)).toBe('400 DOCUMENT_NOT_TRUSTED');
});

test.each(['/graphql', '/graphql/stream'])(
  'require: no body that is read as something else passes %s',
  async (path) => {
    const { url } = await serverWith('require');
    const body = JSON.stringify({ query: 'subscription { heard }' });
    for (const type of ['text/plain', 'text/plain; application/json', 'application/graphql'])
      expect(await status(`${url}${path}`, type, body)).toMatch(/^4/);
    expect(await status(`${url}${path}`, 'application/json', `[${body}]`)).toMatch(/^4/);
  },
);

test('prefer: known ids run, and so does any text', async () => {
  const server = await serverWith('prefer');
  expect(await post(server, { documentId: ID })).toEqual(answer);
  expect(await post(server, { query: '{ __typename }' })).toEqual(answer);
  expect(await post(server, { documentId: 'md5:1' })).toBe('400 MALFORMED');
});

test('off: no id is known', async () => {
  const server = await serverWith('off');
  expect(await post(server, { documentId: ID })).toBe('400 DOCUMENT_NOT_TRUSTED');
});
