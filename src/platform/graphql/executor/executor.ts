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

export interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operationName?: string | null;
  readonly variableValues?: Readonly<Record<string, unknown>> | null;
  readonly contextValue?: unknown;
}

/** The result's `data` is a `SerializedData` where generated code wrote it. */
export type Executor = (request: ExecutionRequest) => Promise<ExecutionResult>;

type Variables = Record<string, unknown>;

interface KnownDocument {
  readonly flags: readonly string[];
  readonly plans: Map<string, OperationPlan | null>;
}

/** What a root resolver threw at once: graphql-js treats it differently from a promise that fails. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** Sets of flags, times operations, that one document may have plans for. */
const MAX_PLANS = 32;

export function createExecutor(schema: GraphQLSchema): Executor {
  // The document store of Apollo holds the documents, and bounds what is kept here.
  const known = new WeakMap<DocumentNode, KnownDocument>();
  const completing = completingSchema(schema);

  const planOf = (document: DocumentNode, operation: OperationDefinitionNode, variables: Variables) => {
    const entry = known.get(document);
    if (!entry) {
      // Compiling pays from the second time on, and many documents come only once.
      known.set(document, { flags: flagsOf(document), plans: new Map() });
      return null;
    }
    const values = Object.fromEntries(entry.flags.map((name) => [name, variables[name]]));
    const name = `${operation.name?.value ?? ''} ${entry.flags.map((flag) => String(variables[flag])).join()}`;
    let plan = entry.plans.get(name);
    if (plan === undefined) {
      plan = planOperation(schema, document, operation, values);
      if (entry.plans.size < MAX_PLANS) entry.plans.set(name, plan);
    }
    return plan;
  };

  return async ({ document, operationName, variableValues, contextValue }) => {
    const all = { document, operationName, variableValues, contextValue };
    const operation = getOperationAST(document, operationName);
    if (operation?.operation !== 'query') return execute({ schema, ...all });
    const { variableDefinitions = [] } = operation;
    const { errors, coerced } = getVariableValues(schema, variableDefinitions, variableValues ?? {}, {
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

async function writeData(
  roots: readonly RootPlan[],
  values: readonly unknown[],
): Promise<Record<string, unknown>> {
  if (values.some((value) => value instanceof Thrown)) bail();
  // Waiting for all at once, so that none can fail unobserved while another is awaited.
  const settled = values.length === 1 ? [await values[0]] : await Promise.all(values);
  const parts = roots.map(({ key, write }, index) => `${JSON.stringify(key)}:${write(settled[index])}`);
  return new SerializedData(`{${parts.join(',')}}`) as unknown as Record<string, unknown>;
}

function startRoot(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { fragments }: OperationPlan,
  { key, nodes, field }: RootPlan,
  variableValues: Variables,
  contextValue: unknown,
): unknown {
  const parentType = schema.getQueryType()!;
  const info: GraphQLResolveInfo = {
    fieldName: field.name,
    fieldNodes: nodes,
    returnType: field.type,
    parentType,
    path: { prev: undefined, key, typename: parentType.name },
    schema,
    fragments,
    rootValue: undefined,
    operation,
    variableValues,
  };
  try {
    return field.resolve?.(
      undefined,
      getArgumentValues(field, nodes[0]!, variableValues),
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
  const query = schema.getQueryType();
  if (!query) return schema;
  const { fields, ...rest } = query.toConfig();
  const resolved = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => [name, { ...field, resolve: resolvedValue }]),
  );
  return new GraphQLSchema({
    ...config,
    query: new GraphQLObjectType({ ...rest, fields: resolved }),
    types: types.filter((type) => type !== query),
    assumeValid: true,
  });
}

function resolvedValue(
  values: Variables,
  _args: unknown,
  _context: unknown,
  info: GraphQLResolveInfo,
): unknown {
  const value = values[info.path.key];
  if (value instanceof Thrown) throw value.error;
  return value;
}
