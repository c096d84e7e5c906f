/** Random documents over random, often broken, values: the executor must answer what graphql-js answers, letter by letter. */
import {
  buildSchema,
  type DocumentNode,
  execute,
  type ExecutionResult,
  getNamedType,
  getOperationAST,
  type GraphQLOutputType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isEnumType,
  isListType,
  isNonNullType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { createExecutor, type Executor, SerializedData, stringifyResult } from '.';

const SEED = 20_260_101;
const DOCUMENTS = 400;
const RUNS = 6;

const SCHEMA = `
  directive @note(text: String) on FIELD
  interface Node { id: ID! }
  enum Colour { RED GREEN }
  scalar Stamp
  type Leaf implements Node { id: ID! text: String! note: String count: Int! ratio: Float! on: Boolean! colour: Colour! at: Stamp! tags: [String!]! maybe: [Int] }
  type Branch implements Node { id: ID! name: String leaf: Leaf! other: Leaf joined: Leaf leaves: [Leaf!]! grid: [[Int!]]! node: Node resolved: String hello(name: String = "you"): String! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type BranchPage { nodes: [Branch!]! pageInfo: PageInfo! totalCount: Int }
  type Query { branch(id: ID!, deep: Boolean = true): Branch branches(first: Int = 3): BranchPage! leaves: [Leaf] leaf: Leaf! count: Int! ping: String! node(id: ID!): Node }
  type Mutation { ping: String! }
`;

/** mulberry32: small, seeded, good enough to wander. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

type Random = () => number;
const pick = <T>(next: Random, choices: readonly T[]): T => choices[Math.floor(next() * choices.length)]!;

const STRANGE: readonly (() => unknown)[] = [
  () => null,
  () => undefined,
  () => 'text',
  () => '12',
  () => 1.5,
  () => 2 ** 40,
  () => NaN,
  () => -0,
  () => true,
  () => new Error('a value that is an error'),
  () => () => 'called',
  () => new Set(['a', 'b']),
  () => ({ valueOf: () => 'boxed' }),
  () => [],
  () => ({}),
  () => Symbol('s'),
];
/** Not inside lists: graphql-js 16 leaves the failing promise of an item unobserved when another item fails at once. */
const LATE: readonly (() => unknown)[] = [
  ...STRANGE,
  () => Promise.resolve('late'),
  () => {
    const late = Promise.reject(new Error('late and wrong'));
    late.catch(() => undefined);
    return late;
  },
];
const TEXTS = [
  '',
  'plain',
  '"quoted"',
  'back\\slash',
  'ünïcode €',
  '\u2028',
  '\ud800',
  'a\nb',
  'x'.repeat(80),
];

function valueOf(next: Random, type: GraphQLOutputType, oddity: number, strange = LATE): unknown {
  if (next() < oddity) return pick(next, strange)();
  if (isNonNullType(type)) return valueOf(next, type.ofType as GraphQLOutputType, oddity, strange);
  if (next() < 0.1) return null;
  if (isListType(type)) {
    return Array.from({ length: Math.floor(next() * 4) }, () =>
      valueOf(next, type.ofType as GraphQLOutputType, oddity, STRANGE),
    );
  }
  if (isEnumType(type)) return pick(next, ['RED', 'GREEN', 'GREEN', 'RED']);
  if (isObjectType(type)) {
    return Object.fromEntries(
      Object.values(type.getFields()).map((field) => [
        field.name,
        valueOf(next, field.type, oddity, strange),
      ]),
    );
  }
  switch (getNamedType(type).name) {
    case 'Int':
      return Math.floor(next() * 1000) - 500;
    case 'Float':
      return pick(next, [0, 1, -2.25, 1e21, 1e-7, next()]);
    case 'Boolean':
      return next() < 0.5;
    case 'Stamp':
      return pick(next, ['2026-01-02T03:04:05.678Z', 'not a stamp', 5]);
    case 'Node':
      return { __typename: pick(next, ['Leaf', 'Branch']), id: 'n' };
    default:
      return pick(next, TEXTS);
  }
}

function selection(next: Random, type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isObjectType(named)) return named.name === 'Node' ? '{ __typename id ... on Leaf { text } }' : '';
  const fields = Object.values(named.getFields()).filter(
    (field) => depth > 0 || !isObjectType(getNamedType(field.type)),
  );
  const parts = Array.from({ length: 1 + Math.floor(next() * 4) }, () => {
    const field = pick(next, fields);
    const alias = next() < 0.2 ? `${pick(next, ['a', 'b'])}${field.name}: ` : '';
    const directive = pick(next, ['', '', '', ' @skip(if: $yes)', ' @include(if: $no)', ' @note(text: "x")']);
    const text = `${alias}${field.name}${argumentsOf(next, field.name)}${directive} ${selection(next, field.type, depth - 1)}`;
    return next() < 0.15 ? `... on ${named.name} { ${text} }` : text;
  });
  if (next() < 0.2) parts.push('__typename');
  if (named.name === 'Leaf' && next() < 0.3) parts.push('...LeafParts');
  return `{ ${parts.join(' ')} }`;
}

function argumentsOf(next: Random, name: string): string {
  if (name === 'branch' || name === 'node') return pick(next, ['(id: "b1")', '(id: $id)', '(id: 7)']);
  return name === 'branches' ? pick(next, ['', '(first: 2)', '(first: $first)']) : '';
}

function documentOf(next: Random, schema: GraphQLSchema): DocumentNode {
  const text = `query Q($id: ID = "b2", $first: Int, $yes: Boolean! = false, $no: Boolean! = true)
    ${selection(next, schema.getQueryType()!, 4)}
    fragment LeafParts on Leaf { text count renamed: at }`;
  return parse(text, { noLocation: false });
}

/** The world's root values, made anew for each execution from the same seed, because promises and errors are used up. */
function schemaOf(seed: () => { next: Random; oddity: number }): GraphQLSchema {
  const schema = buildSchema(SCHEMA);
  const stamp = schema.getType('Stamp') as unknown as { serialize: (value: unknown) => unknown };
  stamp.serialize = (value) => {
    if (typeof value !== 'string') throw new Error('a stamp is text');
    return value === 'not a stamp' ? undefined : value;
  };
  const branch = schema.getType('Branch') as GraphQLObjectType;
  branch.getFields()['resolved']!.resolve = () => 'resolved';
  branch.getFields()['hello']!.resolve = (_source, { name }: { name: string }) => `hello ${name}`;
  branch.getFields()['joined']!.extensions = { joined: true };
  branch.getFields()['joined']!.resolve = (source: { joined?: unknown }) =>
    source.joined === undefined ? { id: 'loaded', text: 'by the loader', count: 1 } : source.joined;
  for (const field of Object.values(schema.getQueryType()!.getFields())) {
    field.resolve = (_source, args: object) => {
      const { next, oddity } = seed();
      if (next() < oddity) throw new Error(`refused ${JSON.stringify(args)}`);
      const value = valueOf(next, field.type, oddity);
      return next() < 0.7 ? Promise.resolve(value) : value;
    };
  }
  return schema;
}

/** As the server does it: what the executor leaves is for graphql-js, with the same context. */
async function answer(executor: Executor, schema: GraphQLSchema, request: Request): Promise<ExecutionResult> {
  const operation = getOperationAST(request.document, request.operationName);
  const data = operation && (await executor({ ...request, operation }));
  return data ? { data: data as unknown as Record<string, unknown> } : execute({ schema, ...request });
}

interface Request {
  readonly document: DocumentNode;
  readonly operationName?: string;
  readonly variableValues?: Record<string, unknown>;
  readonly contextValue: object;
}

function textOf(result: ExecutionResult): string {
  return stringifyResult({ errors: result.errors?.map((error) => error.toJSON()), data: result.data });
}

describe('the compiled executor', () => {
  it(`answers like graphql-js: ${DOCUMENTS} random documents, ${RUNS} worlds each`, async () => {
    const next = random(SEED);
    let world = { seed: 0, oddity: 0 };
    const schema = schemaOf(() => ({ next: random(world.seed), oddity: world.oddity }));
    const executor = createExecutor(schema);
    let compared = 0;
    let compiled = 0;
    for (let index = 0; index < DOCUMENTS; index++) {
      const document = documentOf(next, schema);
      if (validate(schema, document).some(({ message }) => !message.includes('never used'))) continue;
      for (let run = 0; run < RUNS; run++) {
        world = { seed: Math.floor(next() * 2 ** 31), oddity: run < 3 ? 0 : 0.04 };
        const variableValues = pick(next, [
          {},
          { id: 'x', first: 1 },
          { yes: true },
          { no: false, first: null },
          { first: 'not a number' },
        ]);
        const request = { document, variableValues, contextValue: {} };
        const expected = await execute({ schema, ...request });
        const actual = await answer(executor, schema, request);
        expect(textOf(actual)).toBe(textOf(expected));
        compared++;
        if ((actual.data as unknown) instanceof SerializedData) compiled++;
      }
    }
    // Both ways were walked: enough documents were compiled, and enough values were handed back to graphql-js.
    expect(compared).toBeGreaterThan(DOCUMENTS);
    expect(compiled).toBeGreaterThan(compared / 10);
    expect(compared - compiled).toBeGreaterThan(compared / 10);
  });

  it('calls each root resolver once, also when graphql-js completes the answer', async () => {
    let calls = 0;
    const schema = buildSchema('type Query { count: Int! name: String }');
    schema.getQueryType()!.getFields()['count']!.resolve = () => {
      calls++;
      return Promise.resolve(null);
    };
    const executor = createExecutor(schema);
    const document = parse('{ count name }');
    await answer(executor, schema, { document, contextValue: {} });
    calls = 0;
    const result = await answer(executor, schema, { document, contextValue: {} });
    expect(calls).toBe(1);
    expect(result.errors?.[0]?.message).toBe('Cannot return null for non-nullable field Query.count.');
  });

  it('leaves mutations and unknown operations to graphql-js', async () => {
    const schema = buildSchema(SCHEMA);
    const executor = createExecutor(schema);
    const document = parse('query A { ping } query B { count } mutation C { ping }');
    for (let time = 0; time < 2; time++) {
      const request = { document, contextValue: {} };
      expect((await answer(executor, schema, request)).errors?.[0]?.message).toMatch(/operation name/);
      const mutation = await answer(executor, schema, { ...request, operationName: 'C' });
      expect(mutation.errors?.[0]?.path).toEqual(['ping']);
    }
  });

  it('writes extensions and errors beside text that is ready', () => {
    const data = new SerializedData('{"a":1}') as unknown as Record<string, unknown>;
    expect(stringifyResult({ data, extensions: { cost: 2 } })).toBe(
      '{"data":{"a":1},"extensions":{"cost":2}}',
    );
    expect(JSON.parse(JSON.stringify({ data }))).toEqual({ data: { a: 1 } });
  });
});
