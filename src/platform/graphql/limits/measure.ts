/**
 * What an operation would cost, from its text alone: a scalar 0, an object 1, a page `first` times its items, and what a
 * field declares of its own (`@Cost`). Skipped fields count too, so the measure errs upwards. Each fragment is measured
 * once, so a document of nested fragments is measured in the time of its length.
 */
import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  getArgumentValues,
  getNamedType,
  getVariableValues,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  isInterfaceType,
  isLeafType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
  visit,
} from 'graphql';
import { Extensions } from 'type-graphql';

type Variables = Readonly<Record<string, unknown>>;
type Amount = number | ((variables: Variables) => number);

/** A page’s own parts come once, its items as often as it is long. */
interface Part {
  readonly depth: number;
  readonly once: Amount;
  readonly perItem: Amount;
}

interface CostExtensions {
  readonly cost?: (args: never) => number;
}

/** What a field costs beyond its objects, for work that its arguments declare; of a list, for each of its items. */
export function Cost<A>(cost: (args: A) => number): MethodDecorator {
  return Extensions({ cost }) as MethodDecorator;
}

export interface Measure {
  readonly depth: number;
  readonly aliases: number;
  /** Asks for the schema itself. */
  readonly introspects: boolean;
  costWith(variables: Variables): number;
}

const NOTHING: Part = { depth: 0, once: 0, perItem: 0 };
const DEFAULT_PAGE = 25;

export function measure(
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): Measure {
  const root = schema.getRootType(operation.operation);
  const { depth, once } = root ? new Meter(schema, document).measure(root, operation.selectionSet) : NOTHING;
  const { aliases, introspects } = countNames(document);
  const { variableDefinitions = [] } = operation;
  const costWith = (variables: Variables): number => {
    // As the resolver will get them, with the defaults that the schema gives to what was left out.
    const coerced =
      typeof once === 'number' ? {} : getVariableValues(schema, variableDefinitions, variables).coerced;
    // An operation of scalars alone is a request all the same, and variables that do not fit end before anything runs.
    return coerced ? Math.max(1, amount(once, coerced)) : 1;
  };
  return { depth, aliases, introspects, costWith };
}

function countNames(document: DocumentNode): { aliases: number; introspects: boolean } {
  let aliases = 0;
  let introspects = false;
  visit(document, {
    Field: ({ alias, name }) => {
      if (alias) aliases++;
      if (name.value === '__schema' || name.value === '__type') introspects = true;
    },
  });
  return { aliases, introspects };
}

class Meter {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly measured = new Map<string, Part>();

  constructor(
    private readonly schema: GraphQLSchema,
    document: DocumentNode,
  ) {
    this.fragments = new Map(
      document.definitions
        .filter((definition) => definition.kind === Kind.FRAGMENT_DEFINITION)
        .map((fragment) => [fragment.name.value, fragment]),
    );
  }

  measure(type: GraphQLNamedType, { selections }: SelectionSetNode): Part {
    return selections
      .map((selection): Part => {
        switch (selection.kind) {
          case Kind.FIELD:
            return this.field(type, selection);
          case Kind.INLINE_FRAGMENT:
            return this.measure(
              this.narrowed(selection.typeCondition?.name.value) ?? type,
              selection.selectionSet,
            );
          case Kind.FRAGMENT_SPREAD:
            return this.fragment(selection.name.value);
        }
      })
      .reduce(together, NOTHING);
  }

  private fragment(name: string): Part {
    const known = this.measured.get(name);
    if (known) return known;
    const fragment = this.fragments.get(name);
    const type = fragment && this.narrowed(fragment.typeCondition.name.value);
    this.measured.set(name, NOTHING);
    const { depth, once, perItem } = type ? this.measure(type, fragment.selectionSet) : NOTHING;
    const part = { depth, once: kept(once), perItem: kept(perItem) };
    this.measured.set(name, part);
    return part;
  }

  private field(type: GraphQLNamedType, node: FieldNode): Part {
    if (node.name.value.startsWith('__')) return NOTHING;
    const field = isObjectType(type) || isInterfaceType(type) ? type.getFields()[node.name.value] : undefined;
    if (!field) return NOTHING;
    const result = getNamedType(field.type);
    const below = node.selectionSet ? this.measure(result, node.selectionSet) : NOTHING;
    const items = times(lengthOf(field, node, result), below.perItem);
    const isObject = !isLeafType(result);
    const own = plus(isObject && !isPagePart(result) ? 1 : 0, declared(field, node));
    const whole = plus(plus(own, below.once), items);
    const depth = below.depth + 1;
    if (isPage(type) && isObject && result.name !== 'PageInfo') return { depth, once: 0, perItem: whole };
    const repeated = isPage(result) ? 1 : lengthOf(field, node, result);
    return { depth, once: times(repeated, whole), perItem: 0 };
  }

  private narrowed(name: string | undefined): GraphQLNamedType | undefined {
    return name === undefined ? undefined : this.schema.getType(name);
  }
}

const isPage = ({ name }: GraphQLNamedType): boolean => name.endsWith('Connection');
const isPagePart = ({ name }: GraphQLNamedType): boolean => name.endsWith('Edge') || name === 'PageInfo';

/** How many items a field answers: what `first` or `ids` says; other lists are short by the rules of the house. */
function lengthOf(field: GraphQLField<unknown, unknown>, node: FieldNode, result: GraphQLNamedType): Amount {
  const name = field.args.find((arg) => arg.name === 'first' || arg.name === 'ids')?.name;
  if (!name) return isPage(result) ? DEFAULT_PAGE : 1;
  return given(field, node, (args) => {
    const value = args[name];
    if (Array.isArray(value)) return value.length;
    return typeof value === 'number' ? Math.max(0, value) : DEFAULT_PAGE;
  });
}

function declared(field: GraphQLField<unknown, unknown>, node: FieldNode): Amount {
  const { cost } = field.extensions as CostExtensions;
  return cost ? given(field, node, (args) => cost(args as never)) : 0;
}

/** A figure that depends on the arguments: worked out at once unless a variable stands among them. */
function given(
  field: GraphQLField<unknown, unknown>,
  node: FieldNode,
  figure: (args: Record<string, unknown>) => number,
): Amount {
  const evaluate = (variables: Variables): number => {
    try {
      return figure(getArgumentValues(field, node, variables));
    } catch {
      // Arguments that do not fit are reported by the execution, which stops there.
      return 1;
    }
  };
  const isFixed = node.arguments?.every(({ value }) => !JSON.stringify(value).includes('"Variable"')) ?? true;
  return isFixed ? evaluate({}) : evaluate;
}

function amount(figure: Amount, variables: Variables): number {
  return typeof figure === 'number' ? figure : figure(variables);
}

/** Worked out once for each set of variables, however often the fragment is spread. */
function kept(figure: Amount): Amount {
  if (typeof figure === 'number') return figure;
  const known = new WeakMap<Variables, number>();
  return (variables) => {
    let value = known.get(variables);
    if (value === undefined) known.set(variables, (value = figure(variables)));
    return value;
  };
}

function plus(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') return a + b;
  return (variables) => amount(a, variables) + amount(b, variables);
}

function times(a: Amount, b: Amount): Amount {
  if (typeof a === 'number' && typeof b === 'number') return a * b;
  return (variables) => amount(a, variables) * amount(b, variables);
}

function together(a: Part, b: Part): Part {
  return {
    depth: Math.max(a.depth, b.depth),
    once: plus(a.once, b.once),
    perItem: plus(a.perItem, b.perItem),
  };
}
