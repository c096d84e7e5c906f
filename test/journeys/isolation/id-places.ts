/** Where operations take ids and texts, read off the schema: so that a new argument is tried without being thought of. */
import {
  getNamedType,
  type GraphQLField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';

export type RootField = GraphQLField<unknown, unknown>;

/** One place for a value: names of the argument and of the fields of inputs below it. */
export type Place = readonly string[];

export const idPlaces = (field: RootField): Place[] => placesOf(field, 'ID');

/** Where the field takes values of this scalar. */
export function placesOf(field: RootField, scalar: string): Place[] {
  return field.args.flatMap(({ name, type }) => placesIn(type, [name], scalar));
}

function placesIn(type: GraphQLInputType, place: Place, scalar: string): Place[] {
  const named = getNamedType(type);
  if (named.name === scalar) return [place];
  if (!isInputObjectType(named) || place.length > 3) return [];
  return Object.values(named.getFields()).flatMap((below) =>
    placesIn(below.type, [...place, below.name], scalar),
  );
}

/** Arguments with this value at this place, and the plainest value wherever one is demanded. */
export function argumentsWith(
  field: RootField,
  [first, ...rest]: Place,
  value: unknown,
): Record<string, unknown> {
  const needed = field.args.filter(({ type, name }) => isNonNullType(type) || name === first);
  return Object.fromEntries(
    needed.map(({ name, type }) => [
      name,
      name === first ? withValue(type, rest, value) : plainest(type, name),
    ]),
  );
}

function withValue(type: GraphQLInputType, place: Place, value: unknown): unknown {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return [withValue(bare.ofType, place, value)];
  if (!isInputObjectType(bare)) return value;
  const [next, ...rest] = place;
  return Object.fromEntries(
    Object.values(bare.getFields())
      .filter((below) => isNonNullType(below.type) || below.name === next)
      .map((below) => [
        below.name,
        below.name === next ? withValue(below.type, rest, value) : plainest(below.type, below.name),
      ]),
  );
}

const SCALARS: Readonly<Record<string, unknown>> = {
  ID: 'no-id',
  String: 'some words',
  Int: 1,
  Float: 1,
  Boolean: true,
  BigInt: '1',
  Decimal: '1',
  JSON: { age: 40, income: 1.5 },
  EmailAddress: 'somebody@example.test',
};

function plainest(type: GraphQLInputType, name: string): unknown {
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) return [plainest(bare.ofType, name)];
  if (isEnumType(bare)) return bare.getValues().at(-1)!.name;
  if (isInputObjectType(bare)) {
    const all = Object.values(bare.getFields());
    const needed = bare.isOneOf ? all.slice(0, 1) : all.filter((below) => isNonNullType(below.type));
    return Object.fromEntries(needed.map((below) => [below.name, plainest(below.type, below.name)]));
  }
  if (bare.name === 'DateTime') return name === 'from' ? '2026-01-01T00:00:00Z' : '2027-01-01T00:00:00Z';
  return SCALARS[bare.name];
}

/** One operation that asks the field once for each list of arguments, under the names f0, f1, … */
export function asking(
  kind: 'query' | 'mutation',
  field: RootField,
  calls: readonly Record<string, unknown>[],
): { query: string; variables: Record<string, unknown> } {
  const variables: Record<string, unknown> = {};
  const declared: string[] = [];
  const selected = calls.map((call, index) => {
    const passed = Object.entries(call).map(([name, value]) => {
      variables[`${name}${index}`] = value;
      declared.push(`$${name}${index}: ${field.args.find((arg) => arg.name === name)!.type.toString()}`);
      return `${name}: $${name}${index}`;
    });
    return `f${index}: ${field.name}(${passed.join(', ')}) ${selectionOf(field)}`;
  });
  return { query: `${kind} (${declared.join(', ')}) { ${selected.join(' ')} }`, variables };
}

function selectionOf(field: RootField): string {
  const type = getNamedType(field.type);
  if (!isObjectType(type)) return '{ __typename }';
  const fields = type.getFields();
  const parts = ['__typename'];
  if (fields['nodes']) parts.push('nodes { __typename }', 'totalCount');
  if (fields['errors']) parts.push('errors { __typename code message path }');
  return `{ ${parts.join(' ')} }`;
}
