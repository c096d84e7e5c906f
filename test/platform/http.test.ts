/** The wire beneath GraphQL: request ids, CSRF, sizes, the explorer, health, and an orderly stop. */
import { SERVICE } from '../../src/platform/database';
import { startWorld, type World } from '../support/world';

let world: World;
const METRICS_TOKEN = 'a token of the collector';
const PRIVACY = 'mailto:privacy@flywheel.test';
const SECURITY = 'https://flywheel.test/security';
beforeAll(async () => {
  const contacts = { privacyContact: PRIVACY, securityContact: SECURITY };
  world = await startWorld({ metricsToken: METRICS_TOKEN, ...contacts });
});
afterAll(() => world.close());

const post = (body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${world.url}/graphql`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });

test('every answer carries the id of its request, and so does every error', async () => {
  const { headers, errors } = await world.client().send('{ customers { nodes { id } } }');
  expect(headers.get('x-request-id')).toMatch(/^req_[0-9a-z]{26}$/);
  expect(errors).toMatchObject([
    {
      extensions: {
        code: 'UNAUTHENTICATED',
        requestId: headers.get('x-request-id'),
        docs: 'errors.md#unauthenticated',
      },
    },
  ]);
});

test('a form on another page cannot act for its reader', async () => {
  const asForm = await post('{"query":"{ __typename }"}', { 'content-type': 'text/plain' });
  expect(asForm.status).toBe(400);
  const asLink = await fetch(`${world.url}/graphql?query=${encodeURIComponent('{ __typename }')}`);
  expect(asLink.status).toBe(400);
});

test('a page of any origin may ask, with the token that it holds, and read why it was refused', async () => {
  const origin = 'https://shop.example';
  for (const path of ['/graphql', '/graphql/stream', '/v1/models', '/v2']) {
    const asked = {
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization',
    };
    const preflight = await fetch(`${world.url}${path}`, {
      method: 'OPTIONS',
      headers: { origin, ...asked },
    });
    expect([path, preflight.status]).toEqual([path, 204]);
    expect(preflight.headers.get('access-control-allow-headers')).toMatch(/^authorization, content-type/);
    const headers = { origin, authorization: 'Bearer no', 'content-type': 'application/json' };
    const refused = await fetch(`${world.url}${path}`, { method: 'POST', headers, body: '{}' });
    expect([path, refused.status]).toEqual([path, 401]);
    expect(refused.headers.get('access-control-allow-origin')).toBe('*');
    // With it a browser would send what it knows of the visitor.
    expect(refused.headers.get('access-control-allow-credentials')).toBeNull();
  }
  const stream = await fetch(`${world.url}/graphql/stream`, {
    method: 'POST',
    headers: { origin, 'content-type': 'application/json', accept: 'text/event-stream' },
    body: JSON.stringify({ query: 'subscription { featureFlagsChanged { at } }' }),
  });
  expect(stream.headers.get('access-control-allow-origin')).toBe('*');
  await stream.body!.cancel();
  expect((await fetch(`${world.url}/metrics`)).headers.get('access-control-allow-origin')).toBeNull();
});

test('what is refused before it is read has the type by which clients know errors of GraphQL', async () => {
  const typeOf = async (accept: string): Promise<string> => {
    const answer = await post('{"query":"{ __typename }"}', { accept, authorization: 'Bearer no' });
    return `${answer.status} ${answer.headers.get('content-type')}`;
  };
  expect(await typeOf('application/graphql-response+json,application/json;q=0.9')).toBe(
    '401 application/graphql-response+json; charset=utf-8',
  );
  expect(await typeOf('*/*')).toBe('401 application/json; charset=utf-8');
});

test('a mutation does not come by GET', async () => {
  const query = encodeURIComponent('mutation { sessionRevoke(input: {}) { revoked } }');
  const response = await fetch(`${world.url}/graphql?query=${query}`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(response.status).toBe(405);
});

test('several operations in one body are refused', async () => {
  expect((await post('[{"query":"{ __typename }"},{"query":"{ __typename }"}]')).status).toBe(400);
});

test('a body above one mebibyte is refused before it is read', async () => {
  const response = await post(
    JSON.stringify({ query: '{ __typename }', variables: { x: 'x'.repeat(1024 * 1024) } }),
  );
  expect(response.status).toBe(413);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'TOO_LARGE' } }] });
});

test('broken JSON is told as such', async () => {
  const response = await post('{"query": ');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'MALFORMED' } }] });
});

test('a browser meets the explorer, which loads nothing from elsewhere', async () => {
  const response = await fetch(`${world.url}/graphql`, { headers: { accept: 'text/html' } });
  const page = await response.text();
  expect(response.headers.get('content-type')).toMatch(/^text\/html/);
  expect(page).toContain('Flywheel explorer');
  expect(page).not.toMatch(/https?:\/\//);
  expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'none'; script-src 'sha256-/);
});

test('a link with a query opens the explorer in a browser, and is answered to every other client', async () => {
  const link = `${world.url}/graphql?query=${encodeURIComponent('{ viewer { kind } }')}`;
  const page = await fetch(link, { headers: { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' } });
  expect(await page.text()).toContain('Flywheel explorer');
  const headers = { accept: 'application/graphql-response+json', 'apollo-require-preflight': 'true' };
  expect(await (await fetch(link, { headers })).json()).toMatchObject({
    data: { viewer: { kind: 'ANONYMOUS' } },
  });
});

test('whoever has no login finds whom to ask about their data, and whom to tell of a hole', async () => {
  const { contacts } = await world.client().ask<{ contacts: object }>('{ contacts { privacy security } }');
  expect(contacts).toEqual({ privacy: PRIVACY, security: SECURITY });
  const file = await fetch(`${world.url}/.well-known/security.txt`);
  expect(file.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  const lines = (await file.text()).trim().split('\n');
  const fields = Object.fromEntries(lines.map((line) => line.split(/: (.*)/).slice(0, 2)));
  expect(fields).toMatchObject({ Contact: SECURITY, Canonical: file.url });
  const days = (Date.parse(fields.Expires) - world.clock.now().getTime()) / 86_400_000;
  expect(days).toBeGreaterThan(30);
  expect(days).toBeLessThan(365);
});

test('health, readiness and figures are there for the operator', async () => {
  const get = (path: string): Promise<Response> => fetch(`${world.url}${path}`);
  expect(await (await get('/healthz')).json()).toEqual({ status: 'ok' });
  const metrics = await get('/metrics');
  expect(metrics.headers.get('content-type')).toMatch(/openmetrics-text/);
  expect(await metrics.text()).toMatch(/# EOF\s*$/);
  expect([200, 503]).toContain((await get('/readyz')).status);
});

test('figures are for this machine, and elsewhere for whoever shows the token', async () => {
  const through = { 'x-forwarded-for': '203.0.113.7' };
  const status = async (headers: Record<string, string>): Promise<number> =>
    (await fetch(`${world.url}/metrics`, { headers })).status;
  expect(await status({})).toBe(200);
  expect(await status(through)).toBe(401);
  expect(await status({ ...through, authorization: 'Bearer something else' })).toBe(401);
  expect(await status({ ...through, authorization: `Bearer ${METRICS_TOKEN}` })).toBe(200);
});

test('figures tell requests and failures by what they were, and how far behind the work is', async () => {
  await world.client().send('{ customers { nodes { id } } }');
  await fetch(`${world.url}/no/such/address`);
  const { jobs } = world.app.platform;
  const late = async (): Promise<void> => undefined;
  jobs.define([{ kind: 'test.late', run: late }]);
  await world.app.platform.database.unitOfWork.run(SERVICE, () => jobs.enqueue('test.late', {}));
  const text = await (await fetch(`${world.url}/metrics`)).text();
  for (const line of [
    /^flywheel_http_request_seconds_count\{route="\/graphql",status="4xx"\} [1-9]/m,
    /^flywheel_http_request_seconds_count\{route="none",status="4xx"\} [1-9]/m,
    /^flywheel_graphql_errors_total\{code="UNAUTHENTICATED"\} [1-9]/m,
    /^flywheel_jobs_due\{kind="test.late"\} 1$/m,
    /^flywheel_jobs_oldest_wait_seconds\{kind="test.late"\} \d/m,
    /^flywheel_event_lag_seconds\{subscriber="audit.log"\} \d/m,
  ])
    expect(text).toMatch(line);
  // What callers write is in none of them.
  expect(text).not.toContain('no/such/address');
});

test('there is nothing at other addresses', async () => {
  const response = await fetch(`${world.url}/nothing`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { code: 'NOT_FOUND' } });
});

test('no cache keeps what somebody was answered', async () => {
  const answers = [
    await post(JSON.stringify({ query: '{ viewer { kind } }' })),
    await fetch(`${world.url}/v1/models`),
    await fetch(`${world.url}/v2/models/demo`),
    await fetch(`${world.url}/nothing`),
  ];
  expect(answers.map(({ headers }) => headers.get('cache-control'))).toEqual(Array(4).fill('no-store'));
});

test('an address that cannot be decoded is refused in the same shape', async () => {
  const response = await fetch(`${world.url}/v1/models/%zz`);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'MALFORMED' } });
});

test('an unknown field is told with the place where it stands', async () => {
  const { status, errors } = await world.client().send('{ viewer { kindd } }');
  expect(status).toBe(400);
  expect(errors).toMatchObject([
    { message: expect.stringContaining('kindd') as string, locations: [{ line: 1, column: 12 }] },
  ]);
});

test('what a variable got wrong is told before anything runs', async () => {
  const query = 'mutation($input: SignInInput!) { signIn(input: $input) { errors { code } } }';
  const { status, errors } = await world.client().send(query, { input: { email: 3 } });
  expect(status).toBe(400);
  expect(errors!.length).toBeGreaterThanOrEqual(2);
  expect(errors!.every(({ extensions }) => extensions.code === 'MALFORMED')).toBe(true);
});

describe.each(['/graphql', '/graphql/stream'])('at %s', (path) => {
  const TWO = 'query A { __typename } query B { __typename }';
  test.each([
    [
      'an operation that the document lacks',
      { query: TWO, operationName: 'C' },
      'Unknown operation named "C".',
    ],
    ['an operation without a name', { query: TWO, operationName: '' }, 'Unknown operation named "".'],
    [
      'none of several operations',
      { query: TWO },
      'Must provide operation name if query contains multiple operations.',
    ],
  ])('who names %s is told so', async (_what, body, message) => {
    const accept = path === '/graphql' ? 'application/graphql-response+json' : 'text/event-stream';
    const response = await fetch(`${world.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify(body),
    });
    // A stream has begun when it is read what it is of.
    expect(response.status).toBe(path === '/graphql' ? 400 : 200);
    const text = await response.text();
    const answer = JSON.parse(path === '/graphql' ? text : /^data: (.+)$/m.exec(text)![1]!) as object;
    const requestId = response.headers.get('x-request-id');
    expect(answer).toMatchObject({ errors: [{ message, extensions: { code: 'MALFORMED', requestId } }] });
  });
});

// It ends the file: nobody is told to send requests here after it.
test('a process that leaves says so, answers who still asks, and keeps no connection', async () => {
  await world.app.drain();
  const ready = await fetch(`${world.url}/readyz`);
  expect(ready.status).toBe(503);
  expect(await ready.json()).toMatchObject({
    reasons: expect.arrayContaining(['the process is stopping']) as string[],
  });
  const answer = await post(JSON.stringify({ query: '{ viewer { kind } }' }));
  expect([answer.status, answer.headers.get('connection')]).toEqual([200, 'close']);
  expect((await fetch(`${world.url}/healthz`)).status).toBe(200);
});
