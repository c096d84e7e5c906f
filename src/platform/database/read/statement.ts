/**
 * A named statement and the function that makes rows of its answers. PostgreSQL describes the columns once a process;
 * from then on the answers come without description, and generated code writes each row as one object literal.
 */
import { compileFunction } from 'node:vm';
import { types } from 'pg';
import { sha256 } from '../../../kernel/hash';
import type { Encoded } from './values';

export type Fields = readonly (string | null)[];
export type RowOf = (fields: Fields, parameters: readonly Encoded[]) => object;

/** Where the columns of a result go: into properties of the row, or of a related row within it. */
export interface Shape {
  readonly columns: readonly { readonly property: string; readonly index: number }[];
  /** Properties that are known before the answer, because the rows are those where they equal a parameter. */
  readonly given?: readonly { readonly property: string; readonly parameter: number }[];
  readonly related: readonly { readonly property: string; readonly shape: Shape }[];
  /** Index of a column that is null only when a left join found nothing. */
  readonly presence?: number;
}

export interface ResultColumn {
  readonly name: string;
  readonly dataTypeID: number;
}

export class Statement {
  readonly name: string;
  /** Makes a row of an answer; unknown until the columns were described. */
  rowOf: RowOf | undefined;

  /** Without a shape the rows carry the column names of the result. */
  constructor(
    readonly text: string,
    private readonly shape?: Shape,
  ) {
    this.name = `fw_${sha256(text).slice(0, 16)}`;
  }

  describe(columns: readonly ResultColumn[]): RowOf {
    const shape = this.shape ?? {
      columns: columns.map(({ name }, index) => ({ property: name, index })),
      related: [],
    };
    this.rowOf = compileRow(
      shape,
      columns.map((column) => column.dataTypeID),
    );
    return this.rowOf;
  }

  /** The table changed under the statement: ask again what the columns are. */
  forget(): void {
    this.rowOf = undefined;
  }
}

const BOOL = 16;
const TEXT_LIKE = new Set([18, 19, 20, 25, 1042, 1043, 1082, 1083, 1700, 2950]);
const NUMBERS = new Set([21, 23, 26, 700, 701]);
const TIMESTAMPS = new Set([1114, 1184]);

/** Generated from property names and types alone; values only ever pass through it. */
function compileRow(shape: Shape, typeIds: readonly number[]): RowOf {
  const parsers = typeIds.map(parserOf);
  const value = (index: number): string => {
    const field = `f[${index}]`;
    const type = typeIds[index]!;
    if (TEXT_LIKE.has(type)) return field;
    if (type === BOOL) return `(${field}===null?null:${field}==="t")`;
    if (NUMBERS.has(type)) return `(${field}===null?null:+${field})`;
    return `(${field}===null?null:p[${index}](${field}))`;
  };
  const literal = ({ columns, given = [], related, presence }: Shape): string => {
    const properties = [
      ...given.map(({ property, parameter }) => `${JSON.stringify(property)}:q[${parameter}]`),
      ...columns.map(({ property, index }) => `${JSON.stringify(property)}:${value(index)}`),
      ...related.map((relation) => `${JSON.stringify(relation.property)}:${literal(relation.shape)}`),
    ];
    const object = `{${properties.join(',')}}`;
    return presence === undefined ? object : `(f[${presence}]===null?null:${object})`;
  };
  const make = compileFunction(`return (f,q)=>(${literal(shape)})`, ['p']) as (p: typeof parsers) => RowOf;
  return make(parsers);
}

function parserOf(typeId: number): (text: string) => unknown {
  if (TIMESTAMPS.has(typeId)) return isoTimestamp;
  return types.getTypeParser(typeId, 'text') as (text: string) => unknown;
}

/** `2026-01-02 03:04:05.678+00` → `2026-01-02T03:04:05.678Z`: a change of letters, not of values; micros stay. */
export function isoTimestamp(text: string): string {
  if (text.length === 26 && text.endsWith('+00')) return `${text.slice(0, 10)}T${text.slice(11, 23)}Z`;
  const match = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(?:\.(\d+))?(\+00)?$/.exec(text);
  if (match) return `${match[1]}T${match[2]}.${(match[3] ?? '').padEnd(3, '0')}Z`;
  const date = new Date(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
  return Number.isNaN(date.getTime()) ? text : date.toISOString();
}
