/**
 * Turns a plain selection (no resolvers, no abstract types) into a function that writes a value as JSON text. Names come
 * from the schema and the document, always through JSON.stringify; values are data of the function, never part of it.
 */
import { compileFunction } from 'node:vm';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { bail, type LeafWriter, leafWriter } from './leaf';

/** Throws for a value that is not plainly of its type. */
export type Writer = (value: unknown) => string;

export interface Selections {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that @skip and @include look at; a writer is made for one set of their values. */
  readonly flags: Readonly<Record<string, unknown>>;
}

/** @throws BAIL when the selection is not plain. */
export function compileWriter(
  { schema, fragments, flags }: Selections,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Writer {
  const leaves: LeafWriter[] = [];
  let variables = 0;
  const literal = (text: string): string => `s+=${JSON.stringify(text)};`;

  const present = (of: GraphQLOutputType, at: readonly FieldNode[], x: string): string => {
    if (isLeafType(of)) return `s+=w[${leaves.push(leafWriter(of)) - 1}](${x});`;
    if (isListType(of)) {
      const y = `v${variables++}`;
      const items = `for(let i${y}=0;i${y}<${x}.length;i${y}++){const ${y}=${x}[i${y}];if(i${y})s+=",";${value(of.ofType, at, y)}}`;
      return `if(!Array.isArray(${x}))bail();${literal('[')}${items}${literal(']')}`;
    }
    if (!isObjectType(of) || of.isTypeOf) return bail();
    const parts = [...collectSubfields(schema, fragments, flags, of, at)].map(
      ([key, [node, ...more]], index) => {
        const head = literal(`${index ? ',' : ''}${JSON.stringify(key)}:`);
        const name = node!.name.value;
        if (name === '__typename') return head + literal(JSON.stringify(of.name));
        const field = of.getFields()[name] ?? bail();
        const { joined } = field.extensions as { joined?: boolean };
        // The resolver of a joined field is only a fallback: what the reader put on the row is the value.
        if (field.args.length > 0 || (field.resolve && !joined)) return bail();
        const y = `v${variables++}`;
        const check = joined ? `if(${y}===undefined)bail();` : '';
        return `${head}{const ${y}=${x}[${JSON.stringify(name)}];${check}${value(field.type, [node!, ...more], y)}}`;
      },
    );
    const check = `if(typeof ${x}!=="object"||typeof ${x}.then==="function"||${x} instanceof Error)bail();`;
    return `${check}${literal('{')}${parts.join('')}${literal('}')}`;
  };
  const value = (of: GraphQLOutputType, at: readonly FieldNode[], x: string): string =>
    isNonNullType(of)
      ? `if(${x}==null)bail();${present(of.ofType, at, x)}`
      : `if(${x}==null)s+="null";else{${present(of, at, x)}}`;

  // Literals that meet are joined; within one, a quotation mark is always escaped.
  const body = value(type, nodes, 'r').replaceAll('";s+="', '');
  const make = compileFunction(`return (r)=>{let s="";${body}return s}`, ['w', 'bail', 'Error']) as (
    w: readonly LeafWriter[],
    stop: typeof bail,
    error: typeof Error,
  ) => Writer;
  return make(leaves, bail, Error);
}
