/** The schema is a product: described in full, guarded in full, and its documents run. */
import fs from 'node:fs';
import path from 'node:path';
import {
  getNamedType,
  type GraphQLNamedType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  parse,
  validate,
} from 'graphql';
import { buildSchema } from '../../src/app/schema';
import { errorsMarkdown } from '../../src/platform/graphql';
import { ERRORS } from '../../src/kernel/errors';
import { startWorld, type World } from '../support/world';

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
  expect(silent).toEqual([]);
});

test('every root field says who may use it: a permission, or everyone on purpose', () => {
  const open: string[] = [];
  for (const root of roots()) {
    for (const { name, extensions } of Object.values(root?.getFields() ?? {})) {
      if (!extensions['can'] && extensions['public'] !== true) open.push(`${root!.name}.${name}`);
    }
  }
  expect(open).toEqual([]);
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
  expect(odd).toEqual([]);
});

test('every type with an id of ours is a Node', () => {
  const strays = ours().filter(
    (type) =>
      isObjectType(type) &&
      type.getFields()['id']?.type.toString() === 'ID!' &&
      !type.getInterfaces().some(({ name }) => name === 'Node'),
  );
  expect(strays.map(({ name }) => name)).toEqual([]);
});

test('root fields may fail alone: they are nullable, or cannot fail', () => {
  const strict = Object.values(schema.getMutationType()!.getFields()).filter(({ type }) =>
    type.toString().endsWith('!'),
  );
  expect(strict.map(({ name }) => name)).toEqual([]);
});

test('no secret has a field, except that of a new key, which is shown once', () => {
  const names = ours().flatMap((type) => (isObjectType(type) ? Object.keys(type.getFields()) : []));
  expect(names.filter((name) => /^(password|secret|refresh)(Hash)?$/i.test(name))).toEqual(['secret']);
});

test('the documents that we ship are valid', () => {
  const folder = path.resolve(__dirname, '../../schema/operations');
  for (const name of fs.readdirSync(folder)) {
    const faults = validate(schema, parse(fs.readFileSync(path.join(folder, name), 'utf8')));
    expect([name, ...faults.map(({ message }) => message)]).toEqual([name]);
  }
});

test('every code has its paragraph in the documentation of errors', () => {
  const text = errorsMarkdown();
  for (const [code, { meaning }] of Object.entries(ERRORS))
    expect(text).toContain(`## ${code}\n\n${meaning}`);
});
