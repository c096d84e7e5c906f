/** The scalars of the contract. Rows come from the database as text already, so serialising is a check, not a conversion. */
import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { GraphQLJSON } from 'graphql-scalars';

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/;
const DECIMAL = /^-?\d{1,30}(\.\d{1,12})?$/;
const INTEGER = /^-?\d{1,30}$/;
const EMAIL = /^[^\s@]+@[^\s@]+$/;

function textOf(node: ValueNode, name: string): string {
  if (node.kind === Kind.STRING || node.kind === Kind.INT || node.kind === Kind.FLOAT) return node.value;
  throw new GraphQLError(`${name} must be a string`, { nodes: node });
}

function scalar<T>(
  name: string,
  description: string,
  parse: (value: unknown) => T,
  serialize: (value: unknown) => string,
): GraphQLScalarType<T, string> {
  return new GraphQLScalarType({
    name,
    description,
    parseValue: parse,
    parseLiteral: (node) => parse(textOf(node, name)),
    serialize,
  });
}

function matching(name: string, pattern: RegExp, example: string): (value: unknown) => string {
  return (value) => {
    const text =
      typeof value === 'string'
        ? value
        : typeof value === 'number' || typeof value === 'bigint'
          ? String(value)
          : '';
    if (!pattern.test(text)) throw new GraphQLError(`${name} must look like ${example}`);
    return text;
  };
}

function parseInstant(value: unknown): Date {
  const instant = typeof value === 'string' && INSTANT.test(value) ? new Date(value) : undefined;
  if (!instant || !isOfCalendar(value as string) || !isOfFourDigits(instant.getUTCFullYear()))
    throw new GraphQLError('DateTime must look like 2026-01-31T09:30:00Z');
  return instant;
}

/** The calendar of the database has no year 0, and an offset may lead out of both ends. */
function isOfFourDigits(year: number): boolean {
  return year >= 1 && year <= 9999;
}

/** JavaScript takes the 30th of February for the 2nd of March. */
function isOfCalendar(text: string): boolean {
  const day = text.slice(0, 10);
  const midnight = new Date(`${day}T00:00:00Z`);
  return (
    !Number.isNaN(Date.parse(text)) &&
    !Number.isNaN(midnight.getTime()) &&
    midnight.toISOString().startsWith(day)
  );
}

export const DateTime = scalar(
  'DateTime',
  'An instant, RFC 3339, as text; answered in UTC: `2026-01-31T09:30:00.000Z`.',
  parseInstant,
  (value) => (value instanceof Date ? value.toISOString() : matching('DateTime', INSTANT, 'RFC 3339')(value)),
);

const decimal = matching('Decimal', DECIMAL, '12.345');
export const Decimal = scalar(
  'Decimal',
  'An exact decimal number, as text: `"12.345"`. An input may be a number, too.',
  decimal,
  decimal,
);

const integer = matching('BigInt', INTEGER, '1234');
export const BigIntScalar = scalar(
  'BigInt',
  'A whole number of any size, as text: `"1234"`. An input may be a number, too.',
  (value) => BigInt(integer(value)),
  integer,
);

/**
 * What a person types into a form: any text is let in, and the input that it belongs to refuses one of no such shape in the
 * payload, at its path and beside the other faults. Refused here, the whole request would be malformed.
 */
function typed(name: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string') return value;
    throw new GraphQLError(`${name} must be a string`);
  };
}

export const EmailAddress = scalar(
  'EmailAddress',
  'An e-mail address, as text: `name@example.com`.',
  typed('EmailAddress'),
  matching('EmailAddress', EMAIL, 'name@example.com'),
);

function url(value: unknown): string {
  if (typeof value === 'string' && URL.canParse(value)) return value;
  throw new GraphQLError('URL must look like https://example.com/path');
}
export const URLScalar = scalar(
  'URL',
  'An absolute URL, as text: `https://example.com/path`.',
  typed('URL'),
  url,
);

export const JSONScalar = new GraphQLScalarType({
  ...GraphQLJSON.toConfig(),
  name: 'JSON',
  description: 'Any JSON value: only where the shape is yours, as the inputs of a model.',
  specifiedByURL: undefined,
});
