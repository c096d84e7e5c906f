/** What the GraphQL layer promises to every module, shown on a small server of its own. */
import { type ActServer, startActServer } from './act-server';

let server: ActServer;
beforeAll(async () => (server = await startActServer()));
afterAll(() => server.close());

const ACT = `mutation($input: ActInput!) { act(input: $input) { number at errors { __typename code message path
  ... on Conflict { currentId } ... on QuotaExceeded { limit used resetsAt } ... on InvalidInput { constraint } } } }`;
const act = async (who: string, input: object) =>
  (
    await server.client(who).ask<{ act: { number: number | null; errors: Record<string, unknown>[] } }>(ACT, {
      input,
    })
  ).act;

describe('an expected failure', () => {
  test('is data, with what the client needs next', async () => {
    expect(await act('a', { amount: 1, failure: 'conflict' })).toEqual({
      number: null,
      at: null,
      errors: [
        {
          __typename: 'Conflict',
          code: 'CONFLICT',
          message: 'It changed meanwhile.',
          path: ['input', 'amount'],
          currentId: 'cus_1',
        },
      ],
    });
    const { errors } = await act('a', { amount: 1, failure: 'quota' });
    expect(errors).toMatchObject([
      { __typename: 'QuotaExceeded', limit: '10', used: '10', resetsAt: '2026-02-01T00:00:00.000Z' },
    ]);
    expect((await act('a', { amount: 1, failure: 'several' })).errors).toHaveLength(2);
  });

  test('changes nothing', async () => {
    const before = await server.acts();
    await act('a', { amount: 1, failure: 'conflict' });
    expect(await server.acts()).toBe(before);
  });

  test('of the input comes with all the others, each at its path', async () => {
    const { errors } = await act('a', { amount: 0, reason: 'x' });
    expect(errors.map(({ path, constraint }) => [path, constraint])).toEqual([
      [['input', 'amount'], 'min'],
      [['input', 'reason'], 'minLength'],
    ]);
  });
});

describe('an unexpected failure', () => {
  test('is masked, and logged under the id of its request', async () => {
    const { errors } = await server.client('a').send('{ fail(how: "bug") }');
    expect(errors![0]).toMatchObject({
      message: 'Something failed on our side. Quote the requestId to support.',
      path: ['fail'],
      extensions: { code: 'INTERNAL' },
    });
    expect(JSON.stringify(errors)).not.toMatch(/hunter2|10\.0\.0\.1|stack/);
    expect(server.logged.at(-1)).toContain(errors![0]!.extensions.requestId!);
  });

  test('of one field leaves the other fields their answers', async () => {
    const { data, errors } = await server.client('a').send('{ bad: fail(how: "bug") good: __typename }');
    expect(data).toEqual({ bad: null, good: 'Query' });
    expect(errors).toHaveLength(1);
  });

  test('in a mutation is no payload error', async () => {
    const { data, errors } = await server.client('a').send(ACT, { input: { amount: 1, failure: 'bug' } });
    expect({ data, code: errors![0]!.extensions.code }).toEqual({ data: { act: null }, code: 'INTERNAL' });
    const forbidden = await server.client('a').send(ACT, { input: { amount: 1, failure: 'forbidden' } });
    expect(forbidden.errors).toMatchObject([{ message: 'You may not.', extensions: { code: 'FORBIDDEN' } }]);
  });
});

test('in production a message does not tell names of the schema that were not asked for, nor does a stream', async () => {
  const [open, closed] = [await startActServer(), await startActServer({ production: true })];
  const messageOf = async (url: string, query: string): Promise<string> => {
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept: url.endsWith('stream') ? 'text/event-stream' : 'application/json',
      },
      body: JSON.stringify({ query }),
    });
    return response.text();
  };
  try {
    expect(await messageOf(`${open.url}/graphql`, '{ echos }')).toContain('Did you mean');
    for (const [path, query] of [
      ['/graphql', '{ echos }'],
      ['/graphql/stream', 'subscription { hear }'],
    ] as const) {
      const told = await messageOf(closed.url + path, query);
      expect(told).toContain('Cannot query field');
      expect(told).not.toContain('Did you mean');
    }
  } finally {
    await open.close();
    await closed.close();
  }
});

test('what the executor fails of is logged with its request, and the query is answered all the same', async () => {
  const failing = await startActServer(
    {},
    { executor: () => Promise.reject(new Error('a fault of the executor')) },
  );
  try {
    const { data, errors, headers } = await failing.client('a').send('{ __typename }');
    expect([data, errors]).toEqual([{ __typename: 'Query' }, undefined]);
    const requestId = headers.get('x-request-id');
    expect(failing.logged.map((line) => JSON.parse(line))).toEqual([
      { error: 'a fault of the executor', requestId },
    ]);
  } finally {
    await failing.close();
  }
});

describe('the JSON of a caller', () => {
  const KEYS = '{"a":1,"constructor":2,"toString":3,"hasOwnProperty":4}';
  const echo = async (query: string, variables?: Record<string, unknown>): Promise<string> =>
    JSON.stringify((await server.client('a').ask<{ echo: object }>(query, variables)).echo);

  test('may have any keys, as a variable', async () => {
    expect(await echo('query ($json: JSON!) { echo(json: $json) }', { json: JSON.parse(KEYS) })).toBe(KEYS);
    expect(await echo('query ($json: JSON!) { echo(json: $json) }', { json: [JSON.parse(KEYS)] })).toBe(
      `[${KEYS}]`,
    );
  });

  test('may have any keys, within the query', async () => {
    // The body of a request may not have this one.
    const literal = `${KEYS.slice(0, -1)},"__proto__":{"constructor":5}}`;
    expect(await echo(`{ echo(json: ${literal.replaceAll(/"(\w+)":/g, '$1:')}) }`)).toBe(literal);
  });
});

describe('an idempotency key', () => {
  test('makes a repeated call answer the first result', async () => {
    const before = await server.acts();
    const input = { amount: 1, idempotencyKey: 'again' };
    const first = await act('a', input);
    expect(await act('a', input)).toEqual(first);
    expect(await server.acts()).toBe(before + 1);
  });

  test('used with another input is refused', async () => {
    await act('a', { amount: 1, idempotencyKey: 'other' });
    const { errors } = await act('a', { amount: 2, idempotencyKey: 'other' });
    expect(errors).toMatchObject([{ code: 'IDEMPOTENCY_KEY_REUSED', path: ['input', 'idempotencyKey'] }]);
  });

  test('lets ten calls at once act a single time, and all hear the same', async () => {
    const before = await server.acts();
    const input = { amount: 1, idempotencyKey: 'at once' };
    const answers = await Promise.all(Array.from({ length: 10 }, () => act('a', input)));
    expect(new Set(answers.map(({ number }) => number)).size).toBe(1);
    expect(await server.acts()).toBe(before + 1);
  });

  test('of a call that failed is free again', async () => {
    const failed = await act('a', { amount: 1, failure: 'conflict', idempotencyKey: 'free' });
    expect(failed.number).toBeNull();
    expect((await act('a', { amount: 1, idempotencyKey: 'free' })).number).toEqual(expect.any(Number));
  });

  test('belongs to its tenant', async () => {
    const input = { amount: 1, idempotencyKey: 'mine' };
    expect((await act('a', input)).number).not.toBe((await act('b', input)).number);
  });

  test('is forgotten after a day', async () => {
    const input = { amount: 1, idempotencyKey: 'old' };
    const { number } = await act('a', input);
    server.world.clock.advance(24 * 3_600_000 + 1000);
    expect((await act('a', input)).number).not.toBe(number);
  });
});

test('a subscription that is sent like a query is told where subscriptions run', async () => {
  const { status, data, errors } = await server.client('a').send('subscription { heard }');
  expect({ status, data, code: errors?.[0]?.extensions.code }).toEqual({
    status: 400,
    data: undefined,
    code: 'MALFORMED',
  });
  expect(errors![0]!.message).toMatch(/^Subscriptions run at \/graphql\/stream: /);
});
