/** What is known of an operation before it runs: its root fields, in order, each with the writer of its answer. */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  Kind,
  type OperationDefinitionNode,
  visit,
} from 'graphql';
import { collectFields } from 'graphql/execution/collectFields';
import { bail, BAIL } from './leaf';
import { compileWriter, type Writer } from './writer';

export interface RootPlan {
  readonly key: string;
  readonly nodes: readonly FieldNode[];
  readonly field: GraphQLField<unknown, unknown>;
  readonly write: Writer;
}

export interface OperationPlan {
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  readonly roots: readonly RootPlan[];
}

/** Null when graphql-js has to execute the whole operation. */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
  flags: Readonly<Record<string, unknown>>,
): OperationPlan | null {
  const query = schema.getQueryType();
  if (!query || operation.operation !== 'query') return null;
  const fragments = fragmentsOf(document);
  const fields = query.getFields();
  try {
    const selected = collectFields(schema, fragments, flags, query, operation.selectionSet);
    const roots = [...selected].map(([key, nodes]) => {
      const field = fields[nodes[0]!.name.value] ?? bail();
      return { key, nodes, field, write: compileWriter({ schema, fragments, flags }, field.type, nodes) };
    });
    return { fragments, roots };
  } catch (error) {
    // A directive without its variable is an error of the request, for which graphql-js has the words.
    if (error === BAIL || flagsOf(document).length > 0) return null;
    throw error;
  }
}

/** The variables on which @skip and @include depend: each set of their values is another plan. */
export function flagsOf(document: DocumentNode): readonly string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(directive) {
      for (const { value } of directive.arguments ?? []) {
        if (value.kind === Kind.VARIABLE) names.add(value.name.value);
      }
    },
  });
  return [...names];
}

function fragmentsOf(document: DocumentNode): Record<string, FragmentDefinitionNode> {
  const fragments = Object.create(null) as Record<string, FragmentDefinitionNode>;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments[definition.name.value] = definition;
  }
  return fragments;
}
