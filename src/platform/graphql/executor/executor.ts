/**
 * Executes plain queries. graphql-js coerces variables and arguments and the root resolvers run as usual; below a root
 * field, a plain selection is completed and serialised by generated code. Whatever is not plain, at compile time or in
 * the values, is left to graphql-js, which finds the root values there already: answers and errors are always its own.
 */
import {
  defaultFieldResolver,
  type DocumentNode,
  getArgumentValues,
  getVariableValues,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { bail } from './leaf';
import { flagsOf, type OperationPlan, planOperation, type RootPlan } from './plan';
import { SerializedData } from './serialized-data';

interface ExecutionRequest {
  readonly document: DocumentNode;
  readonly operation: OperationDefinitionNode;
  readonly variableValues?: Readonly<Record<string, unknown>> | null;
  readonly contextValue: object;
}

/** The data of a query, or null: then graphql-js must execute the same document with the same context. */
export type Executor = (request: ExecutionRequest) => Promise<SerializedData | null>;

type Values = Record<string, unknown>;

/** What a root resolver threw at once: graphql-js treats it differently from a promise that fails. */
class Thrown {
  constructor(readonly error: unknown) {}
}

/** Sets of flags, times operations, that one document may have plans for. */
const MAX_PLANS = 32;

/** Makes the root resolvers of the schema answer, once, with what the executor has resolved already. */
export function createExecutor(schema: GraphQLSchema): Executor {
  const planOf = planCache(schema);
  const handedOver = handOver(schema);
  return async ({ document, operation, variableValues, contextValue }) => {
    if (operation.operation !== 'query') return null;
    const definitions = operation.variableDefinitions ?? [];
    const { coerced } = getVariableValues(schema, definitions, variableValues ?? {}, { maxErrors: 1 });
    const plan = coerced && planOf(document, operation, coerced);
    if (!plan) return null;
    const values = plan.roots.map((root) => startRoot(schema, operation, plan, root, coerced, contextValue));
    try {
      return await writeData(plan.roots, values);
    } catch {
      // graphql-js stops at the first field that must not fail: the others may fail later, unobserved.
      for (const value of values) if (value instanceof Promise) value.catch(() => undefined);
      handedOver.set(contextValue, new Map(plan.roots.map(({ key }, index) => [key, values[index]])));
      return null;
    }
  };
}

function handOver(schema: GraphQLSchema): WeakMap<object, Map<string | number, unknown>> {
  const handedOver = new WeakMap<object, Map<string | number, unknown>>();
  for (const field of Object.values(schema.getQueryType()?.getFields() ?? {})) {
    const resolve = field.resolve ?? defaultFieldResolver;
    field.resolve = (source, args, context: object, info) => {
      const values = handedOver.get(context);
      if (!values?.has(info.path.key)) return resolve(source, args, context, info);
      const value = values.get(info.path.key);
      values.delete(info.path.key);
      if (value instanceof Thrown) throw value.error;
      return value;
    };
  }
  return handedOver;
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

async function writeData(roots: readonly RootPlan[], values: readonly unknown[]): Promise<SerializedData> {
  if (values.some((value) => value instanceof Thrown)) bail();
  // Waiting for all at once, so that none can fail unobserved while another is awaited.
  const settled = values.length === 1 ? [await values[0]] : await Promise.all(values);
  const parts = roots.map(({ key, write }, index) => `${JSON.stringify(key)}:${write(settled[index])}`);
  return new SerializedData(`{${parts.join(',')}}`);
}

function startRoot(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  { fragments }: OperationPlan,
  { key, nodes: fieldNodes, field }: RootPlan,
  variableValues: Values,
  contextValue: object,
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
