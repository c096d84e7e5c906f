/** Leaves as JSON text. What is not plainly right is asked of the type's own `serialize`, and what that refuses, bails. */
import {
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  type GraphQLLeafType,
  GraphQLString,
  isEnumType,
} from 'graphql';

/** Thrown by generated code; graphql-js then completes the same values and finds the words for what is wrong. */
const BAIL = new Error('not plain: graphql-js completes this value');

export function bail(): never {
  throw BAIL;
}

export type LeafWriter = (value: unknown) => string;

/** Letters that JSON writes as themselves. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(value: string): string {
  return value.length < 64 && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  const slow = (value: unknown): string => {
    const late = typeof value === 'object' && value !== null && 'then' in value;
    if (late || typeof value === 'function' || value instanceof Error) bail();
    const serialized: unknown = type.serialize(value);
    return typeof serialized === 'string'
      ? writeString(serialized)
      : (JSON.stringify(serialized ?? bail()) ?? bail());
  };
  if (isEnumType(type)) {
    const texts = new Map<unknown, string>(type.getValues().map(({ name, value }) => [value, `"${name}"`]));
    return (value) => (typeof value === 'string' && texts.get(value)) || slow(value);
  }
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (value) => (typeof value === 'string' ? writeString(value) : slow(value));
    case GraphQLInt:
      // `| 0` keeps exactly the integers of 32 bits.
      return (value) => (value === ((value as number) | 0) ? String(value) : slow(value));
    case GraphQLFloat:
      return (value) => (Number.isFinite(value) ? String(value) : slow(value));
    case GraphQLBoolean:
      return (value) => (value === true ? 'true' : value === false ? 'false' : slow(value));
    default:
      return slow;
  }
}
