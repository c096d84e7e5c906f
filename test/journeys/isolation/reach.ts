/**
 * Walks down from what a caller may see: every field of every type that can be reached, once each, whatever it leads to.
 * What comes back is what the caller can get hold of, also by ways that nobody thought of.
 */
import {
  getNamedType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import type { GraphqlClient } from '../../support/client';

export interface Reach {
  /** Names of the types of which something came back. */
  readonly types: ReadonlySet<string>;
  /** Ids that came back, each with the way to it. */
  readonly ids: ReadonlyMap<string, string>;
  /** Everything that came back, as text. */
  readonly text: string;
}

/** How to ask for what lies below a field: the text before and after the selection. */
interface Way {
  readonly type: GraphQLObjectType;
  readonly name: string;
  readonly wrap: (selection: string) => string;
}

/** Values for the arguments that fields below the root demand. */
const GIVEN: Readonly<Record<string, string>> = {
  name: '"champion"',
  alias: '"champion"',
  time: '"2027-01-01T00:00:00Z"',
  externalId: '"ann.of.the.customer"',
  from: '"0"',
};

const MAX_DEPTH = 6;

/** `starts`: root selections such as `inference(id: "…")`, each with the name of its type. */
export async function reach(
  client: GraphqlClient,
  schema: GraphQLSchema,
  starts: Readonly<Record<string, string>>,
): Promise<Reach> {
  const types = new Set<string>();
  const ids = new Map<string, string>();
  const texts: string[] = [];
  const queue: Way[] = Object.entries(starts).map(([text, typeName]) => ({
    type: schema.getType(typeName) as GraphQLObjectType,
    name: text,
    wrap: (selection) => `{ start: ${text} { ${selection} } }`,
  }));
  const walked = new Set<string>();
  for (let way = queue.shift(); way; way = queue.shift()) {
    for (const field of Object.values(way.type.getFields())) {
      const edge = `${way.type.name}.${field.name}`;
      if (walked.has(edge)) continue;
      const text = textOf(field);
      const below = getNamedType(field.type);
      const selection = isLeafType(below) ? text : `${text} { ${plainFieldsOf(below)} }`;
      const { data } = await client.send<Record<string, unknown>>(way.wrap(selection));
      if (!data || !says(data)) continue;
      walked.add(edge);
      texts.push(JSON.stringify(data));
      const name = `${way.name}.${field.name}`;
      for (const id of idsIn(data)) if (!ids.has(id)) ids.set(id, name);
      for (const typeName of typesIn(data)) types.add(typeName);
      if (!isObjectType(below) || name.split('.').length > MAX_DEPTH) continue;
      const { wrap } = way;
      queue.push({ type: below, name, wrap: (deeper) => wrap(`${text} { ${deeper} }`) });
    }
  }
  return { types, ids, text: texts.join('\n') };
}

function textOf({ name, args }: GraphQLField<unknown, unknown>): string {
  const needed = args.filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined);
  const passed = needed.map((arg) => `${arg.name}: ${GIVEN[arg.name] ?? '"x"'}`);
  return passed.length > 0 ? `${name}(${passed.join(', ')})` : name;
}

/** Its own values: what has no arguments and nothing below. */
function plainFieldsOf(type: GraphQLNamedType): string {
  if (!isObjectType(type) && !isInterfaceType(type)) return '__typename';
  const plain = Object.values(type.getFields()).filter((field) => isLeafType(getNamedType(field.type)));
  return ['__typename', ...plain.map(({ name }) => name)].join(' ');
}

/** Whether anything but nulls, empty lists and names of types came back below the start. */
function says(value: unknown, key = ''): boolean {
  if (value === null || value === undefined || key === '__typename') return false;
  if (Array.isArray(value)) return value.some((part) => says(part));
  if (typeof value !== 'object') return true;
  const parts = Object.entries(value);
  return parts.length === 0 || parts.some(([name, part]) => says(part, name));
}

function idsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^[a-z]{3}_[0-9a-z]{26}$/.test(value) ? [value] : [];
  if (value === null || typeof value !== 'object') return [];
  return Object.values(value).flatMap(idsIn);
}

function typesIn(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [];
  const { __typename: name } = value as { __typename?: string };
  return [...(name === undefined ? [] : [name]), ...Object.values(value).flatMap(typesIn)];
}
