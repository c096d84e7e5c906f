/**
 * A list of 20 costs no statement a row more than a list of one, whatever is asked about its rows. The questions are made from
 * the schema, so that a relation that comes later is measured too.
 */
import {
  getNamedType,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isLeafType,
  isObjectType,
} from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { SHIPPED_MODELS } from '../../src/modules/models/shipped/shipped-model';
import { SqlReader, UnitOfWork } from '../../src/platform/database';
import { expectNone } from '../support/expect-none';
import { type Populated, populatedWorld } from '../support/populated';

/** Every result of a test is a look of its own, which writes what it has narrowed. */
const COMPUTED = new Set(['FeatureTest.results']);
/** Values for arguments that must be given. */
const GIVEN: Readonly<Record<string, string>> = {
  name: '"champion"',
  alias: '"champion"',
  time: '"2030-01-01T00:00:00Z"',
  externalId: '"ada"',
  plan: '"PRO"',
};
const MANY = 20;
const NESTED = 2;
/** Loaders gather what comes in one tick: on a busy machine a level may take two. A statement a row would be 19 more. */
const TICKS = 8;

let populated: Populated;
let schema: GraphQLSchema;
const heard: string[] = [];

/** What is overheard: every read, and every event that a read writes. Others work meanwhile: the least of three times counts. */
const reading = SqlReader.prototype as unknown as { run(...args: unknown[]): unknown };
const writing = UnitOfWork.prototype as unknown as { sql(...args: unknown[]): unknown };
const { run } = reading;
const { sql } = writing;

beforeAll(async () => {
  populated = await populatedWorld(MANY);
  schema = buildSchema(populated.world.app.platform, populated.world.app.modules);
  reading.run = function (scope, statement, values) {
    heard.push((statement as { text: string }).text);
    return run.call(this, scope, statement, values);
  };
  writing.sql = function (text, ...rest) {
    if (/insert into outbox_events/.test(String(text))) heard.push(String(text));
    return sql.call(this, text, ...rest);
  };
});
afterAll(async () => {
  Object.assign(reading, { run });
  Object.assign(writing, { sql });
  await populated.world.close();
});

/**
 * The statements of one request when what is remembered between requests is remembered: the least of three times, and of
 * more where they are still not as few as expected, since a busy machine is always at work beside it.
 */
async function statementsOf(query: string, expected = Infinity): Promise<string[]> {
  let least: string[] | undefined;
  for (let time = 0; time < 3 || (least!.length > expected && time < 10); time++) {
    heard.length = 0;
    await populated.staff.client.ask(query);
    const said = heard.splice(0);
    if (!least || said.length < least.length) least = said;
  }
  return least!;
}

/** That no more and no fewer statements are made. */
async function expectStatements(query: string, count: number): Promise<void> {
  expect(await statementsOf(query, count)).toHaveLength(count);
}

const isConnection = (type: unknown): type is GraphQLObjectType =>
  isObjectType(type) && type.name.endsWith('Connection');

const itemOf = (connection: GraphQLObjectType): GraphQLObjectType =>
  getNamedType(connection.getFields()['nodes']!.type) as GraphQLObjectType;

function rootLists(): GraphQLField<unknown, unknown>[] {
  return Object.values(schema.getQueryType()!.getFields()).filter(({ type }) =>
    isConnection(getNamedType(type)),
  );
}

/** `field(first: 2) { … }`, with everything that can be asked down to the depth; undefined when nothing can. */
function asked(field: GraphQLField<unknown, unknown>, depth: number): string | undefined {
  const args = field.args.flatMap(({ name, type, defaultValue }) => {
    if (name === 'first') return [`first: ${NESTED}`];
    if (!type.toString().endsWith('!') || defaultValue !== undefined) return [];
    if (!GIVEN[name]) throw new Error(`say in GIVEN of this test what ${field.name}(${name}) is asked with`);
    return [`${name}: ${GIVEN[name]}`];
  });
  const named = getNamedType(field.type);
  const call = `${field.name}${args.length > 0 ? `(${args.join(', ')})` : ''}`;
  if (isLeafType(named)) return call;
  if (!isObjectType(named)) return undefined;
  if (isConnection(named)) {
    return `${call} { totalCount nodes { ${selection(itemOf(named), depth - 1)} } }`;
  }
  const inner = selection(named, depth - 1);
  return inner ? `${call} { ${inner} }` : undefined;
}

function selection(type: GraphQLObjectType, depth: number): string {
  return Object.values(type.getFields())
    .filter((field) => !COMPUTED.has(`${type.name}.${field.name}`))
    .filter((field) => depth > 0 || isLeafType(getNamedType(field.type)))
    .flatMap((field) => asked(field, depth) ?? [])
    .join(' ');
}

test('each list of the root has enough rows to tell', async () => {
  for (const { name } of rootLists()) {
    const query = `{ list: ${name}(first: ${MANY}) { nodes { __typename } } }`;
    const { list } = await populated.staff.client.ask<{ list: { nodes: object[] } }>(query);
    const deployments = 3 + SHIPPED_MODELS.length;
    const wanted = name === 'deployments' ? deployments : MANY;
    expectNone(
      list.nodes.length === wanted ? [] : [`${name}: ${list.nodes.length}, not ${wanted}`],
      'Let test/support/populated.ts make as many.',
    );
  }
});

test('a list of 20 takes no statement a row more than a list of one, for each relation of its rows', async () => {
  const found: string[] = [];
  for (const list of rootLists()) {
    const item = itemOf(getNamedType(list.type) as GraphQLObjectType);
    for (const field of Object.values(item.getFields())) {
      if (isLeafType(getNamedType(field.type)) || COMPUTED.has(`${item.name}.${field.name}`)) continue;
      const inner = asked(field, 2);
      if (!inner) continue;
      const query = (first: number): string => `{ ${list.name}(first: ${first}) { nodes { ${inner} } } }`;
      const one = await statementsOf(query(1));
      const many = await statementsOf(query(MANY), one.length + TICKS);
      if (many.length > one.length + TICKS) {
        const counts = `${list.name}.${field.name}: ${one.length} for one, ${many.length} for ${MANY}`;
        found.push(`${counts}\n${[...new Set(many)].map((text) => text.slice(0, 200)).join('\n')}`);
      }
    }
  }
  expect(found.join('\n\n')).toBe('');
});

test('a list within the market takes no statement a row more, either', async () => {
  const market = schema.getType('Market') as GraphQLObjectType;
  const lists = Object.values(market.getFields()).filter(({ type }) => isConnection(getNamedType(type)));
  expect(lists.length).toBeGreaterThan(1);
  for (const list of lists) {
    const inner = selection(itemOf(getNamedType(list.type) as GraphQLObjectType), 2);
    const query = (first: number): string =>
      `{ market { ${list.name}(first: ${first}) { nodes { ${inner} } } } }`;
    const { market: counted } = await populated.staff.client.ask<{
      market: { list: { totalCount: number } };
    }>(`{ market { list: ${list.name} { totalCount } } }`);
    expect([list.name, counted.list.totalCount]).toEqual([list.name, MANY]);
    const one = await statementsOf(query(1));
    const many = await statementsOf(query(MANY), one.length + TICKS);
    expect([list.name, many.length <= one.length + TICKS]).toEqual([list.name, true]);
  }
});

test('what is told of the market as a whole takes as many statements as it has parts', async () => {
  const told = `mrr { amountMinor } movements { arr { amountMinor } } retention { customers } cohorts { customers }
    customersByPlan { plan } channels { channel { code } acquired } funnel { signUps }
    losses { winRate } nps { score }`;
  await expectStatements(`{ market { ${told} } }`, 9);
});

test('a map of demand is two statements, and one more for all its topics', async () => {
  const columns = (more: string): string =>
    `{ market { demandMap { topics { label ${more} } segments { segment } } } }`;
  const { market } = await populated.staff.client.ask<{ market: { demandMap: { topics: object[] } } }>(
    columns(''),
  );
  expect(market.demandMap.topics.length).toBeGreaterThan(MANY / 2);
  await expectStatements(columns(''), 2);
  await expectStatements(columns('topic { id words }'), 3);
});

test('who names competitors is three statements, and how the product would be missed two, however many customers there are', async () => {
  const mentions = 'competitorMentions { competitor { name } segments { segment figures { feedback } } }';
  await expectStatements(`{ market { ${mentions} } }`, 3);
  await expectStatements('{ market { productMarketFit { total { answers } byPlan { group } } } }', 2);
});

test('other prices are looked at with as many statements for many customers as for one, and one more for their names', async () => {
  const whatIf = (fields: string): string =>
    `{ market { pricingWhatIf(input: { changes: [{ plan: "PRO", requests: 10 }] }) { total { refusedRequests } ${fields} } } }`;
  // Fees; whose turn it is, and that nobody is left; lines, what came before them, and caps.
  await expectStatements(whatIf(''), 6);
  await expectStatements(whatIf('customers { customer { name } }'), 7);
});

test('a list alone is one statement, and one more only when its total is asked for', async () => {
  for (const { name } of rootLists()) {
    const plain = await statementsOf(
      `{ ${name}(first: 5) { nodes { __typename } pageInfo { endCursor } } }`,
      1,
    );
    const total = await statementsOf(`{ ${name}(first: 5) { totalCount } }`, 1);
    const counts = (texts: readonly string[]): number =>
      texts.filter((text) => /^select count\(\*\)/.test(text)).length;
    expect([name, counts(plain), counts(total)]).toEqual([name, 0, 1]);
    const reads = plain.filter((text) => text.startsWith('select'));
    expect([name, reads.length]).toEqual([name, 1]);
  }
});
