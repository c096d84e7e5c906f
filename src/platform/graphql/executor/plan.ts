/** What is known of an operation before it runs: its root fields, in order, each with the writer of its answer. */
import {
  type DocumentNode,
  type FieldNode,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields';
import { bail } from './leaf';
import { compileWriter, type Selections, type Writer } from './writer';

export interface RootPlan {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly field: GraphQLField<unknown, unknown>;
  readonly write: Writer;
}

export interface OperationPlan {
  readonly fragments: Selections['fragments'];
  readonly roots: readonly RootPlan[];
}

/** Null when graphql-js has to execute the whole operation: it is not plain, or a directive lacks its variable. */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  flags: Selections['flags'],
): OperationPlan | null {
  const query = schema.getQueryType()!;
  const fragments = Object.fromEntries(
    document.definitions.flatMap((part) =>
      part.kind === Kind.FRAGMENT_DEFINITION ? [[part.name.value, part]] : [],
    ),
  ) as Selections['fragments'];
  try {
    const selected = collectFields(schema, fragments, flags, query, operation.selectionSet);
    const roots = [...selected].map(([key, nodes]) => {
      const field = query.getFields()[nodes[0]!.name.value] ?? bail();
      return { key, nodes, field, write: compileWriter({ schema, fragments, flags }, field.type, nodes) };
    });
    return { fragments, roots };
  } catch {
    return null;
  }
}

/** The variables on which @skip and @include depend: each set of their values is another plan. */
export function flagsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  const note = { Variable: ({ name }: { name: { value: string } }) => void names.add(name.value) };
  visit(document, { Directive: (directive) => void visit(directive, note) });
  return [...names];
}
