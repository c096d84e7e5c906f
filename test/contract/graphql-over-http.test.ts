/** The server speaks GraphQL over HTTP: every audit of the reference suite, each one a test, none with a warning. */
import { type Audit, serverAudits } from 'graphql-http';
import { startWorld, type World } from '../support/world';

/** What the specification leaves open and we refuse: a plain GET, as any page on the web could send it (CSRF). */
const REFUSED_ON_PURPOSE = new Set(['5A70', 'D6D5', '6A70']);

let world: World;
beforeAll(async () => (world = await startWorld()));
afterAll(() => world.close());

const audits: Audit[] = serverAudits({ url: () => `${world.url}/graphql` });

test('there are as many audits as we counted on', () => {
  expect(audits).toHaveLength(61);
});

test.each(audits.map((audit) => [`${audit.id} ${audit.name}`, audit] as const))(
  '%s',
  async (_name, audit) => {
    const result = await audit.fn();
    const reason = 'reason' in result ? result.reason : '';
    const expected = REFUSED_ON_PURPOSE.has(audit.id) ? 'notice Response status code is not 200' : 'ok';
    expect(`${result.status} ${reason}`.trim()).toBe(expected);
  },
);

test('a GET that a page could not send by itself is answered', async () => {
  const url = `${world.url}/graphql?${new URLSearchParams({ query: '{ __typename }', variables: '{}' }).toString()}`;
  const response = await fetch(url, { headers: { 'apollo-require-preflight': '1' } });
  expect(await response.json()).toMatchObject({ data: { __typename: 'Query' } });
});
