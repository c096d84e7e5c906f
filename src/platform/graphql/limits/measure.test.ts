import { buildSchema, getOperationAST, parse } from 'graphql';
import { measure } from './measure';

const schema = buildSchema(`
  type Query { ping: String  one: Item  items(first: Int = 25, after: String): ItemConnection  byIds(ids: [ID!]!): [Item]  work(rows: [Int!]!): Item  study(input: StudyInput!): Item }
  input StudyInput { rounds: Int! = 7 }
  type Item { id: ID  name: String  parent: Item  children(first: Int = 25): ItemConnection }
  type ItemConnection { nodes: [Item!]!  edges: [ItemEdge!]!  pageInfo: PageInfo!  totalCount: Int }
  type ItemEdge { cursor: String!  node: Item! }
  type PageInfo { hasNextPage: Boolean! }
`);
Object.assign(schema.getQueryType()!.getFields()['work']!.extensions, {
  cost: ({ rows }: { rows: number[] }) => rows.length,
});

Object.assign(schema.getQueryType()!.getFields()['study']!.extensions, {
  cost: ({ input }: { input: { rounds: number } }) => input.rounds,
});

function measured(text: string, variables = {}) {
  const document = parse(text);
  const { costWith, ...rest } = measure(schema, document, getOperationAST(document)!);
  return { ...rest, cost: costWith(variables) };
}

test('a scalar costs nothing, an object one, and no operation less than one', () => {
  expect(measured('{ ping }').cost).toBe(1);
  expect(measured('{ one { id parent { name } } }')).toMatchObject({ cost: 2, depth: 3 });
});

test('a page costs its length times its items, in either shape and however deep', () => {
  expect(measured('{ items(first: 10) { nodes { id } pageInfo { hasNextPage } totalCount } }').cost).toBe(11);
  expect(measured('{ items(first: 10) { edges { cursor node { id } } } }').cost).toBe(11);
  expect(measured('{ items { nodes { children(first: 4) { nodes { id } } } } }').cost).toBe(
    1 + 25 * (1 + 1 + 4),
  );
});

test('the length of a page may come from a variable, its default, or the default of the argument', () => {
  const text = 'query($first: Int = 3) { items(first: $first) { nodes { id } } }';
  expect(measured(text).cost).toBe(4);
  expect(measured(text, { first: 50 }).cost).toBe(51);
  expect(measured('query($first: Int) { items(first: $first) { nodes { id } } }').cost).toBe(26);
});

test('a list by ids costs one for each id, and declared work costs what it declares', () => {
  expect(measured('query($ids: [ID!]!) { byIds(ids: $ids) { id } }', { ids: ['a', 'b', 'c'] }).cost).toBe(3);
  expect(measured('query($rows: [Int!]!) { work(rows: $rows) { id } }', { rows: [1, 2, 3, 4] }).cost).toBe(5);
  expect(measured('{ work(rows: [1, 2]) { id } }').cost).toBe(3);
});

test('what an input leaves out costs what its default says, whether it is written out or a variable', () => {
  const text = 'query($input: StudyInput!) { study(input: $input) { id } }';
  expect(measured('{ study(input: {}) { id } }').cost).toBe(8);
  expect(measured(text, { input: {} }).cost).toBe(8);
  expect(measured(text, { input: { rounds: 2 } }).cost).toBe(3);
});

test('variables that do not fit cost a request: it ends before anything runs', () => {
  const text = 'query($input: StudyInput!) { study(input: $input) { id } }';
  expect(measured(text, { input: { rounds: 'many' } }).cost).toBe(1);
  expect(measured(text, {}).cost).toBe(1);
});

test('fragments hide nothing, on pages neither', () => {
  const text =
    'fragment P on ItemConnection { nodes { ...I } } fragment I on Item { parent { id } } { items(first: 5) { ...P } }';
  expect(measured(text)).toMatchObject({ cost: 1 + 5 * 2, depth: 4 });
});

test('a document of fragments that double each time is measured at once, and found too costly', () => {
  const levels = Array.from(
    { length: 60 },
    (_, i) => `fragment F${i} on Item { a: parent { ...F${i + 1} } b: parent { ...F${i + 1} } }`,
  );
  const text = `${levels.join('\n')} fragment F60 on Item { id } { one { ...F0 } }`;
  const { cost, depth, aliases } = measured(text);
  expect(cost).toBeGreaterThan(2 ** 59);
  expect(depth).toBe(62);
  expect(aliases).toBe(120);
});

test('so is one whose figures hang on a variable', () => {
  const levels = Array.from({ length: 60 }, (_, i) => `fragment F${i} on Item { ...F${i + 1} ...F${i + 1} }`);
  const last = 'fragment F60 on Item { children(first: $n) { nodes { id } } }';
  const text = `${levels.join('\n')} ${last} query($n: Int!) { one { ...F0 } }`;
  expect(measured(text, { n: 1 }).cost).toBeGreaterThan(2 ** 59);
});

test('asking for the schema is seen, and has no depth of its own', () => {
  expect(measured('{ __schema { types { fields { type { ofType { name } } } } } }')).toMatchObject({
    depth: 0,
    introspects: true,
  });
  expect(measured('{ one { __typename } }').introspects).toBe(false);
});
