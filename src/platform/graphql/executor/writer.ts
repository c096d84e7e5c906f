/**
 * Turns a plain selection (no resolvers, no abstract types) into a function that writes a value as JSON text. Names come
 * from the schema and the document, always through JSON.stringify; values are data of the function, never part of it.
 */
import { compileFunction } from 'node:vm';
import {
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLOutputType,
  type GraphQLSchema,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { collectSubfields } from 'graphql/execution/collectFields';
import { bail, type LeafWriter, leafWriter } from './leaf';

/** Throws BAIL for a value that is not plainly of its type. */
export type Writer = (value: unknown) => string;

export interface Selections {
  readonly schema: GraphQLSchema;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** The variables that @skip and @include look at; a writer is made for one set of them. */
  readonly flags: Readonly<Record<string, unknown>>;
}

declare module 'graphql' {
  interface GraphQLFieldExtensions<_TSource, _TContext, _TArgs> {
    /** The resolver is only a fallback: when the row has the property of this name, that is the value. */
    joined?: boolean;
  }
}

/** @throws BAIL when the selection is not plain. */
export function compileWriter(
  selections: Selections,
  type: GraphQLOutputType,
  nodes: readonly FieldNode[],
): Writer {
  const generator = new Generator(selections);
  generator.value(type, nodes, 'r');
  const code = `return (r)=>{let s="";${generator.finish()}return s}`;
  const make = compileFunction(code, ['w', 'bail', 'Error']) as (
    leaves: readonly LeafWriter[],
    stop: typeof bail,
    error: typeof Error,
  ) => Writer;
  return make(generator.leaves, bail, Error);
}

class Generator {
  readonly leaves: LeafWriter[] = [];
  private readonly code: string[] = [];
  private literal = '';
  private variables = 0;

  constructor(private readonly selections: Selections) {}

  finish(): string {
    this.flush();
    return this.code.join('');
  }

  value(type: GraphQLOutputType, nodes: readonly FieldNode[], x: string): void {
    if (isNonNullType(type)) {
      this.statement(`if(${x}==null)bail();`);
      return this.present(type.ofType, nodes, x);
    }
    this.statement(`if(${x}==null)s+="null";else{`);
    this.present(type, nodes, x);
    this.statement('}');
  }

  private present(type: GraphQLOutputType, nodes: readonly FieldNode[], x: string): void {
    if (isLeafType(type)) return this.text(`w[${this.leaves.push(leafWriter(type)) - 1}](${x})`);
    if (isListType(type)) return this.list(type.ofType, nodes, x);
    if (!isObjectType(type) || type.isTypeOf) return bail();
    this.statement(`if(typeof ${x}!=="object"||typeof ${x}.then==="function"||${x} instanceof Error)bail();`);
    const { schema, fragments, flags } = this.selections;
    let separator = '{';
    for (const [key, [node, ...more]] of collectSubfields(schema, fragments, flags, type, nodes)) {
      this.literal += `${separator}${JSON.stringify(key)}:`;
      separator = ',';
      if (node!.name.value === '__typename') this.literal += JSON.stringify(type.name);
      else this.field(type.getFields()[node!.name.value], [node!, ...more], x);
    }
    this.literal += separator === '{' ? '{}' : '}';
  }

  private field(
    field: GraphQLField<unknown, unknown> | undefined,
    nodes: readonly FieldNode[],
    x: string,
  ): void {
    if (!field || field.args.length > 0) return bail();
    const joined = field.extensions.joined === true;
    if (field.resolve && !joined) return bail();
    const y = this.variable();
    this.statement(`{const ${y}=${x}[${JSON.stringify(field.name)}];`);
    if (joined) this.statement(`if(${y}===undefined)bail();`);
    this.value(field.type, nodes, y);
    this.statement('}');
  }

  private list(type: GraphQLOutputType, nodes: readonly FieldNode[], x: string): void {
    const y = this.variable();
    this.literal += '[';
    this.statement(
      `if(!Array.isArray(${x}))bail();for(let i${y}=0;i${y}<${x}.length;i${y}++){if(i${y})s+=",";`,
    );
    this.statement(`const ${y}=${x}[i${y}];`);
    this.value(type, nodes, y);
    this.statement('}');
    this.literal += ']';
  }

  private variable(): string {
    return `v${this.variables++}`;
  }

  /** Literals wait for the next value, so that both are added at once. */
  private text(expression: string): void {
    this.code.push(this.literal ? `s+=${JSON.stringify(this.literal)}+${expression};` : `s+=${expression};`);
    this.literal = '';
  }

  private statement(code: string): void {
    this.flush();
    this.code.push(code);
  }

  private flush(): void {
    if (this.literal) this.code.push(`s+=${JSON.stringify(this.literal)};`);
    this.literal = '';
  }
}
