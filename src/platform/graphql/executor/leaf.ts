/** Leaves as JSON text. What is not plainly right is asked of the type's own `serialize`, and what that refuses, bails. */
import {
  type GraphQLEnumType,
  type GraphQLLeafType,
  GraphQLBoolean,
  GraphQLFloat,
  GraphQLID,
  GraphQLInt,
  GraphQLString,
  isEnumType,
} from 'graphql';

/** Thrown by generated code; graphql-js then completes the same values and finds the words for what is wrong. */
export const BAIL = new Error('not plain: graphql-js completes this value');

export function bail(): never {
  throw BAIL;
}

export type LeafWriter = (value: unknown) => string;

/** Letters that JSON writes as themselves. */
const PLAIN = /^[ !#-[\]-~]*$/;

function writeString(value: string): string {
  return value.length < 64 && PLAIN.test(value) ? `"${value}"` : JSON.stringify(value);
}

function byType(type: GraphQLLeafType): LeafWriter {
  return (value) => {
    if (typeof value === 'function' || value instanceof Error) bail();
    if (typeof value === 'object' && value !== null && 'then' in value) bail();
    const serialized: unknown = type.serialize(value);
    if (typeof serialized === 'string') return writeString(serialized);
    if (serialized === null || serialized === undefined) bail();
    return JSON.stringify(serialized) ?? bail();
  };
}

function enumWriter(type: GraphQLEnumType): LeafWriter {
  const texts = new Map<unknown, string>();
  for (const { name, value } of type.getValues()) {
    if (typeof value !== 'function' && typeof value !== 'object') texts.set(value, `"${name}"`);
  }
  const slow = byType(type);
  return (value) => texts.get(value) ?? slow(value);
}

export function leafWriter(type: GraphQLLeafType): LeafWriter {
  if (isEnumType(type)) return enumWriter(type);
  const slow = byType(type);
  switch (type) {
    case GraphQLString:
    case GraphQLID:
      return (value) => (typeof value === 'string' ? writeString(value) : slow(value));
    case GraphQLInt:
      // `| 0` keeps exactly the integers of 32 bits.
      return (value) => ((value as number) === ((value as number) | 0) ? String(value) : slow(value));
    case GraphQLFloat:
      return (value) => (Number.isFinite(value) ? String(value) : slow(value));
    case GraphQLBoolean:
      return (value) => (value === true ? 'true' : value === false ? 'false' : slow(value));
    default:
      return slow;
  }
}
