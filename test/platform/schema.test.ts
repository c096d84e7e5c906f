/** The schema is a product: described in full, guarded in full, and its documents run. */
import fs from 'node:fs';
import path from 'node:path';
import {
  type ASTVisitor,
  getNamedType,
  GraphQLError,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  parse,
  specifiedRules,
  validate,
  type ValidationContext,
} from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { errorsMarkdown } from '../../src/platform/graphql';
import { ERRORS } from '../../src/kernel/errors';
import { expectNone } from '../support/expect-none';
import { startWorld, type World } from '../support/world';

const ROOT = path.resolve(__dirname, '../..');
let world: World;
let schema: GraphQLSchema;
beforeAll(async () => {
  world = await startWorld();
  schema = buildSchema(world.app.platform, world.app.modules);
});
afterAll(() => world.close());

const ours = (): GraphQLNamedType[] =>
  Object.values(schema.getTypeMap()).filter(({ name }) => !name.startsWith('__'));
const roots = () => [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
const BUILT_IN = new Set(['String', 'Int', 'Float', 'Boolean', 'ID']);

test('every type, field, argument and enum value says what it is', () => {
  const silent: string[] = [];
  const check = (place: string, { description }: { description?: string | null }): void => {
    if (!description?.trim()) silent.push(place);
  };
  for (const type of ours()) {
    const isRoot = roots().includes(type as never);
    if (!BUILT_IN.has(type.name) && !isRoot) check(type.name, type);
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field);
    if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field);
        for (const arg of field.args) check(`${type.name}.${field.name}(${arg.name})`, arg);
      }
    }
  }
  expectNone(silent, 'Describe each: what it is, its unit, when it is null.');
});

test('every root field says who may use it: a permission, or everyone on purpose', () => {
  const open: string[] = [];
  for (const root of roots()) {
    for (const { name, extensions } of Object.values(root?.getFields() ?? {})) {
      if (!extensions['can'] && extensions['public'] !== true) open.push(`${root!.name}.${name}`);
    }
  }
  expectNone(
    open,
    "Put @Can('…') or @Public() on each, and the permission into modules/identity/permissions.ts.",
  );
});

test('every mutation takes one input (an update: its id too) and answers a payload with errors', () => {
  const odd: string[] = [];
  for (const { name, args, type } of Object.values(schema.getMutationType()!.getFields())) {
    const shape = args
      .map((arg) => arg.name)
      .sort()
      .join();
    const payload = getNamedType(type);
    const hasErrors =
      isObjectType(payload) && payload.getFields()['errors']?.type.toString() === '[UserError!]!';
    if (!['input', 'id,input'].includes(shape) || !hasErrors || !payload.name.endsWith('Payload'))
      odd.push(name);
  }
  expectNone(
    odd,
    'A mutation takes `input` (an update also `id`) and answers a …Payload that extends MutationPayload.',
  );
});

test('every type with an id of ours is a Node', () => {
  const strays = ours().filter(
    (type) =>
      isObjectType(type) &&
      type.getFields()['id']?.type.toString() === 'ID!' &&
      !type.getInterfaces().some(({ name }) => name === 'Node'),
  );
  expectNone(
    strays.map(({ name }) => name),
    'Let each implement Node, give it a prefix in kernel/id, and a NodeSource in the manifest of its module.',
  );
});

test('a root field names its permission, and a mutation its events and its cost too', () => {
  const silent: string[] = [];
  for (const root of roots()) {
    for (const { name, description, extensions } of Object.values(root!.getFields())) {
      const can = extensions['can'] as string | undefined;
      const who = can ? `Needs ${can}` : /open to|needs a (staff )?session|every kind of caller/i;
      const told = [
        who,
        ...(root === schema.getMutationType() ? [/events?:|no event/i, /costs |charges |reads /i] : []),
      ];
      for (const word of told) {
        const isTold = typeof word === 'string' ? description!.includes(word) : word.test(description!);
        if (!isTold) silent.push(`${root!.name}.${name}: ${String(word)}`);
      }
    }
  }
  expectNone(
    silent,
    'Say in the description of each `Needs <permission>`; of a mutation also `Event: noun.past-tense` (or `No event`) and what it costs (`Costs nothing`).',
  );
});

test('root fields may fail alone: they are nullable, or open to everyone', () => {
  const strict = roots().flatMap((root) =>
    Object.values(root!.getFields()).filter(
      ({ type, extensions }) => type.toString().endsWith('!') && extensions['public'] !== true,
    ),
  );
  expectNone(
    strict.map(({ name }) => name),
    'Make each nullable: what fails then leaves its neighbours in the answer.',
  );
});

test('lists that grow are connections with the same arguments and a default; their parts are never null', () => {
  const odd: string[] = [];
  for (const type of ours()) {
    if (!isObjectType(type)) continue;
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type);
      if (!named.name.endsWith('Connection') || !isObjectType(named)) continue;
      const args = Object.fromEntries(field.args.map((arg) => [arg.name, arg]));
      const isPaged = args['first']?.defaultValue === 25 && args['after']?.type.toString() === 'String';
      const parts = named.getFields();
      const item = named.name.replace(/Connection$/, '');
      const isWhole =
        parts['nodes']?.type.toString() === `[${item}!]!` &&
        parts['edges']?.type.toString() === `[${item}Edge!]!` &&
        parts['pageInfo']?.type.toString() === 'PageInfo!' &&
        parts['totalCount']?.type.toString() === 'Int';
      const order = args['orderBy'];
      const isOrdered = !order || getNamedType(order.type).name.endsWith('Order');
      const filter = args['filter'];
      const isFiltered = !filter || getNamedType(filter.type).name.endsWith('Filter');
      if (!isPaged || !isWhole || !isOrdered || !isFiltered) odd.push(`${type.name}.${field.name}`);
    }
  }
  expectNone(odd, 'Take PageArgs and answer a connectionOf(…); an order is a …Order, a filter a …Filter.');
});

test('the same thing has the same name and type wherever it is taken', () => {
  const types: Record<string, string> = {
    idempotencyKey: 'String',
    endUserExternalId: 'String',
    endUserId: 'ID',
    expectedVersion: 'Int',
    period: 'PeriodInput',
    customerId: 'ID',
    feedbackToken: 'String',
    overrideReason: 'String',
  };
  const odd: string[] = [];
  for (const type of ours()) {
    if (!isInputObjectType(type)) continue;
    for (const { name, type: fieldType } of Object.values(type.getFields())) {
      const expected = types[name];
      if (expected && fieldType.toString().replace('!', '') !== expected) odd.push(`${type.name}.${name}`);
      if (/^(from|to|since|until)$/.test(name) && type.name !== 'PeriodInput')
        odd.push(`${type.name}.${name}`);
    }
    if (type.name.endsWith('By') && !type.isOneOf) odd.push(type.name);
    if (type.name.endsWith('Order')) {
      const { field, direction } = type.getFields();
      if (field?.type.toString() !== `${type.name}Field!` || direction?.type.toString() !== 'SortDirection!')
        odd.push(type.name);
    }
  }
  expectNone(
    odd,
    'The names and types that are used elsewhere stand in this test; a span of time is a PeriodInput.',
  );
});

test('whoever did something is named alike, as text that may name any kind of principal', () => {
  const odd = ours().flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields()).filter(
          ({ name, type: fieldType }) =>
            ['by', 'actor', 'principal', 'openedBy'].includes(name) &&
            getNamedType(fieldType).name !== 'String',
        )
      : [],
  );
  expect(odd.map(({ name }) => name)).toEqual([]);
});

test('no secret has a field, except those of a new key, endpoint and authenticator app, which are shown once', () => {
  const names = ours().flatMap((type) =>
    isObjectType(type) ? Object.keys(type.getFields()).map((field) => `${type.name}.${field}`) : [],
  );
  const secrets = names.filter((name) => /\.(password|secret|refresh)(Hash)?$/i.test(name));
  expect(secrets.sort()).toEqual([
    'ApiKeyCreatePayload.secret',
    'ApiKeyRotatePayload.secret',
    'SecondFactorBeginPayload.secret',
    'WebhookEndpointPayload.secret',
  ]);
});

test('the documents that we ship are valid, and ask for the id of whatever has one: a cache needs it', () => {
  const folder = path.resolve(__dirname, '../../schema/operations');
  for (const name of fs.readdirSync(folder)) {
    const document = parse(fs.readFileSync(path.join(folder, name), 'utf8'));
    const faults = validate(schema, document, [...specifiedRules, asksForIds]);
    expect([name, ...faults.map(({ message }) => message)]).toEqual([name]);
  }
});

test('what the documentation asks in GraphQL can be asked', () => {
  const docs = fs.readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  const found = ['README.md', ...docs.map((name) => `docs/${name}`)].flatMap((name) => {
    const text = fs.readFileSync(path.join(ROOT, name), 'utf8');
    const blocks = [...text.matchAll(/^```graphql\n(.*?)^```$/gms)].map(([, block]) => block!);
    const bodies = [...text.matchAll(/ -d '(\{\s*"query":.*?\})'/gs)].map(([, body]) => body!);
    const sent = bodies.map((body) => (JSON.parse(body) as { query: string }).query);
    return [...blocks, ...sent].map((document) => ({ name, document }));
  });
  expect(found.length).toBeGreaterThan(4);
  for (const { name, document } of found) {
    const faults = validate(schema, parse(document)).map(({ message }) => message);
    expect([name, ...faults]).toEqual([name]);
  }
});

function asksForIds(context: ValidationContext): ASTVisitor {
  return {
    Field({ name, selectionSet }) {
      const type = getNamedType(context.getType());
      const isNode = isObjectType(type) && type.getInterfaces().some((one) => one.name === 'Node');
      if (!selectionSet || !isNode) return;
      const own = selectionSet.selections.some((one) => one.kind === Kind.FIELD && one.name.value === 'id');
      const isSpread = selectionSet.selections.some((one) => one.kind !== Kind.FIELD);
      if (!own && !isSpread) context.reportError(new GraphQLError(`${name.value} lacks its id`));
    },
  };
}

test('every code has its paragraph in the documentation of errors', () => {
  const text = errorsMarkdown();
  for (const [code, { meaning }] of Object.entries(ERRORS))
    expect(text).toContain(`## ${code}\n\n${meaning}`);
});
