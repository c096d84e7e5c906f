/**
 * The executor behind Apollo. graphql-js coerces variables and arguments and the root resolvers run as usual; below a
 * root field, a plain selection is completed and serialised by generated code. Whatever is not plain, at compile time
 * or in the values, is completed by graphql-js from the same root values, so answers and errors are always its own.
 */
import {
  type DocumentNode,
  execute,
  type ExecutionResult,
  getArgumentValues,
  getOperationAST,
  getVariableValues,
  GraphQLObjectType,
  type GraphQLResolveInfo,
  GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { bail } from './leaf';
import { flagsOf, type OperationPlan, planOperation, type RootPlan } from './plan';
import { SerializedData } from './serialized-data';

interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Readonly<Record<string, unknown>> | null;
  readonly contextValue?: unknown;
}

/** The result's `data` is a `SerializedData` where generated code wrote it. */
export type Executor = (request: ExecutionRequest) => Promise<ExecutionResult>;

type Values = Record<string, unknown>;

/** What a root resolver threw at once: graphql-js treats it differently from a promise that fails. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** Sets of flags, times operations, that one document may have plans for. */
const MAX_PLANS = 32;

export function createExecutor(schema: GraphQLSchema): Executor {
  const planOf = planCache(schema);
  const completing = completingSchema(schema);
  return async ({ document, operationName, variableValues, contextValue }) => {
    const all = { document, operationName, variableValues, contextValue };
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== 'query') return execute({ schema, ...all });
    const definitions = operation.variableDefinitions ?? [];
    const { errors, coerced } = getVariableValues(schema, definitions, variableValues ?? {}, {
      maxErrors: 50,
    });
    if (errors) return { errors };
    const plan = planOf(document, operation, coerced);
    if (!plan) return execute({ schema, ...all });
    const values = plan.roots.map((root) => startRoot(schema, operation, plan, root, coerced, contextValue));
    try {
      return { data: await writeData(plan.roots, values) };
    } catch {
      // graphql-js stops at the first field that must not fail: the others may fail later, unobserved.
      for (const value of values) if (value instanceof Promise) value.catch(() => undefined);
      const rootValue = Object.fromEntries(plan.roots.map(({ key }, index) => [key, values[index]]));
      return execute({ schema: completing, ...all, rootValue });
    }
  };
}

/** Plans live as long as their document, which Apollo's document store bounds. */
function planCache(schema: GraphQLSchema) {
  const known = new WeakMap<
    DocumentNode,
    { flags: readonly string[]; plans: Map<string, OperationPlan | null> }
  >();
  return (
    document: DocumentNode,
    operation: OperationDefinitionNode,
    variables: Values,
  ): OperationPlan | null => {
    const entry = known.get(document);
    // Compiling pays from the second time on, and many documents come only once.
    if (!entry) return (known.set(document, { flags: flagsOf(document), plans: new Map() }), null);
    const flags = Object.fromEntries(entry.flags.map((flag) => [flag, variables[flag]]));
    const name = `${operation.name?.value ?? ''}${entry.flags.length > 0 ? JSON.stringify(flags) : ''}`;
    let plan = entry.plans.get(name);
    if (plan === undefined) {
      if (entry.plans.size >= MAX_PLANS) return null;
      entry.plans.set(name, (plan = planOperation(schema, document, operation, flags)));
    }
    return plan;
  };
}

async function writeData(roots: readonly RootPlan[], values: readonly unknown[]): Promise<Values> {
  if (values.some((value) => value instanceof Thrown)) bail();
  // Waiting for all at once, so that none can fail unobserved while another is awaited.
  const settled = values.length === 1 ? [await values[0]] : await Promise.all(values);
  const parts = roots.map(({ key, write }, index) => `${JSON.stringify(key)}:${write(settled[index])}`);
  return new SerializedData(`{${parts.join(',')}}`) as unknown as Values;
}

function startRoot(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { fragments }: OperationPlan,
  { key, nodes: fieldNodes, field }: RootPlan,
  variableValues: Values,
  contextValue: unknown,
): unknown {
  const parentType = schema.getQueryType()!;
  const path = { prev: undefined, key, typename: parentType.name };
  const { name: fieldName, type: returnType } = field;
  const asked = { fieldName, fieldNodes, returnType, parentType, path };
  const info = { ...asked, schema, fragments, rootValue: undefined, operation, variableValues };
  try {
    return field.resolve?.(
      undefined,
      getArgumentValues(field, fieldNodes[0]!, variableValues),
      contextValue,
      info,
    );
  } catch (error) {
    return new Thrown(error);
  }
}

/** The same schema, but its root fields answer with the values that were resolved already (given as the root value). */
function completingSchema(schema: GraphQLSchema): GraphQLSchema {
  const { types, ...config } = schema.toConfig();
  const old = schema.getQueryType()!;
  const { fields, ...rest } = old.toConfig();
  for (const name of Object.keys(fields)) fields[name] = { ...fields[name]!, resolve: resolvedValue };
  const query = new GraphQLObjectType({ ...rest, fields });
  return new GraphQLSchema({
    ...config,
    query,
    types: types.filter((type) => type !== old),
    assumeValid: true,
  });
}

function resolvedValue(values: Values, _args: unknown, _context: unknown, info: GraphQLResolveInfo): unknown {
  const value = values[info.path.key];
  if (value instanceof Thrown) throw value.error;
  return value;
}
