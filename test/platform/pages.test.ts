/** Every connection of the schema pages alike: nothing twice, nothing left out, also while rows come in. */
import { getNamedType, type GraphQLField, type GraphQLSchema, isObjectType } from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { type Populated, populatedWorld } from '../support/populated';

const ROWS = 7;
const PAGE = 3;

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly edges: readonly { readonly cursor: string; readonly node: { readonly id: string } }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly startCursor: string | null;
    readonly endCursor: string | null;
  };
  readonly totalCount: number | null;
}

/** A connection of the schema, and the question that leads to it. */
interface List {
  readonly name: string;
  readonly query: (args: string, fields: string) => string;
  readonly grows: boolean;
}

let populated: Populated;
let schema: GraphQLSchema;
beforeAll(async () => {
  populated = await populatedWorld(ROWS);
  schema = buildSchema(populated.world.app.platform, populated.world.app.modules);
});
afterAll(() => populated.world.close());

const isConnection = ({ type }: GraphQLField<unknown, unknown>): boolean =>
  getNamedType(type).name.endsWith('Connection');

function lists(): List[] {
  const within = (typeName: string, open: string): List[] => {
    const type = schema.getType(typeName);
    if (!isObjectType(type)) throw new Error(`${typeName} is no object`);
    const close = '}'.repeat(open.split('{').length - open.split('}').length);
    return Object.values(type.getFields())
      .filter(isConnection)
      .map((field) => {
        const name = field.args.some((arg) => arg.name === 'name') ? ', name: "champion"' : '';
        return {
          name: `${typeName}.${field.name}`,
          query: (args, fields) => `${open} list: ${field.name}(${args}${name}) { ${fields} } ${close}`,
          grows: ['inferences', 'feedback', 'incidents', 'auditRecords'].includes(field.name),
        };
      });
  };
  const first = (list: string): string => `{ at: ${list}(first: 1) { nodes {`;
  return [
    ...within('Query', '{'),
    ...within('Customer', `{ at: customer(by: { id: "${populated.owner.customerId}" }) {`),
    ...within(
      'EndUser',
      `{ at: customer(by: { id: "${populated.owner.customerId}" }) { person: endUser(externalId: "ada") {`,
    ),
    ...within('Model', first('models')),
    ...within('Deployment', first('deployments')),
    ...within('Dataset', first('datasets')),
    ...within('FeatureFlag', first('featureFlags')),
    ...within('Feedback', first('feedback')),
  ];
}

const PARTS = `nodes { ID } edges { cursor node { ID } }
  pageInfo { hasNextPage hasPreviousPage startCursor endCursor }`;

async function pageOf({ name, query }: List, args: string, more = ''): Promise<Page> {
  // Three connected types have no id: theirs are told apart within their list.
  const keys: Readonly<Record<string, string>> = {
    'FeatureFlag.revisions': 'id: revision',
    'Customer.timeline': 'id: key',
    'Deployment.driftReports': 'id: checkedAt',
  };
  const id = keys[name] ?? 'id';
  const answer = await populated.staff.client.ask<Record<string, unknown>>(
    query(args, `${PARTS.replaceAll('ID', id)} ${more}`),
  );
  return listIn(answer) as Page;
}

/** The list, wherever in the answer it stands. */
function listIn(value: unknown): unknown {
  if (Array.isArray(value)) return listIn(value[0]);
  const { list, ...rest } = value as Record<string, unknown>;
  return list ?? listIn(Object.values(rest)[0]);
}

async function walk(list: List, between: () => Promise<void>): Promise<string[]> {
  const seen: string[] = [];
  for (let after: string | null = null; ;) {
    const page: Page = await pageOf(list, `first: ${PAGE}${after ? `, after: "${after}"` : ''}`);
    const { nodes, edges, pageInfo } = page;
    expect(nodes.length).toBeLessThanOrEqual(PAGE);
    expect(edges.map(({ node }) => node)).toEqual(nodes);
    expect(pageInfo.startCursor).toBe(edges[0]?.cursor ?? null);
    expect(pageInfo.endCursor).toBe(edges.at(-1)?.cursor ?? null);
    expect(pageInfo.hasPreviousPage).toBe(after !== null);
    seen.push(...nodes.map(({ id }) => id));
    if (!pageInfo.hasNextPage) return seen;
    after = pageInfo.endCursor;
    await between();
  }
}

test('no list shows a row twice or leaves one out, also while rows come in', async () => {
  for (const list of lists()) {
    const before = (await pageOf(list, 'first: 100')).nodes.map(({ id }) => id);
    if (before.length === 100) continue;
    const seen = await walk(list, async () => {
      if (list.grows) await populated.grow();
    });
    expect([list.name, new Set(seen).size]).toEqual([list.name, seen.length]);
    // Newest first: what came in meanwhile stands before the first page, and nothing moved to make room for it.
    expect([list.name, seen]).toEqual([list.name, before]);
  }
});

test('customers in an order of their own page alike in both directions', async () => {
  for (const direction of ['ASC', 'DESC']) {
    const orderBy = `orderBy: { field: NAME, direction: ${direction} }`;
    const list: List = {
      name: `customers ${direction}`,
      query: (args, fields) => `{ list: customers(${args}, ${orderBy}) { ${fields} } }`,
      grows: false,
    };
    const all = (await pageOf(list, 'first: 100', 'named: nodes { name }')).nodes.map(({ id }) => id);
    expect(await walk(list, async () => undefined)).toEqual(all);
  }
});

test('`first` is 1 to 100, and a cursor is one that this list gave: anything else is refused by name', async () => {
  for (const { name, query } of lists()) {
    for (const args of ['first: 0', 'first: 101', 'first: -1', 'after: "nonsense"', 'after: ""']) {
      const { errors } = await populated.staff.client.send(query(args, 'nodes { __typename }'));
      const codes = errors?.map(({ extensions }) => extensions.code);
      expect([name, args, codes]).toEqual([name, args, ['INVALID_INPUT']]);
    }
  }
});

test('the total is the number of all rows, not of the page', async () => {
  for (const list of lists()) {
    const all = await pageOf(list, 'first: 100', 'totalCount');
    const one = await pageOf(list, 'first: 1', 'totalCount');
    // The audit log grows by being looked at.
    if (all.pageInfo.hasNextPage) expect(one.totalCount).toBeGreaterThan(all.nodes.length);
    else
      expect([list.name, all.totalCount, one.totalCount]).toEqual([
        list.name,
        ...Array<number>(2).fill(all.nodes.length),
      ]);
  }
});

test('the inbox is read in each order of a desk along an index, however much was ever said', async () => {
  const client = await populated.world.app.platform.database.servicePool.connect();
  try {
    // Of few rows a scan is the cheapest; what is asked is whether there is another way.
    await client.query('begin; set local enable_seqscan = off; set local enable_bitmapscan = off');
    for (const order of [
      'priority_value desc, id desc',
      'severity asc nulls last, id asc',
      'due_at asc nulls last, id asc',
    ]) {
      const { rows } = await client.query<Record<'QUERY PLAN', string>>(
        `explain select id from feedback where withdrawn_at is null order by ${order} limit 26`,
      );
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toMatch(/Index (Only )?Scan using/);
      expect(plan).not.toContain('Sort');
    }
  } finally {
    await client.query('rollback');
    client.release();
  }
});
