/**
 * One wrapper around every mutation, so that none can forget: expected failures become `errors` of the payload, faults
 * of the input come all at once with their paths, and a repeated idempotency key answers the stored result.
 */
import type { ValidationError } from 'class-validator';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { AppErrors, invalidInput } from '../../kernel/errors';
import type { RequestContext } from './context';
import type { Idempotency } from './idempotency';
import { expectedErrors } from './user-error';

interface MutationExtensions {
  /** The mutation keeps its keys itself, because its work must not run inside one transaction. */
  readonly ownIdempotency?: boolean;
}

type Resolve = GraphQLFieldResolver<unknown, RequestContext>;
type Inputs = { input?: { idempotencyKey?: string | null } };

export function wrapMutations(schema: GraphQLSchema, idempotency: Idempotency): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve: Resolve = field.resolve ?? defaultFieldResolver;
    const { ownIdempotency } = field.extensions as MutationExtensions;
    const keyed: Resolve = (source, args: Inputs, context, info) => {
      const key = ownIdempotency ? undefined : args.input?.idempotencyKey;
      const act = async (): Promise<unknown> => resolve(source, args, context, info);
      return key ? idempotency.once({ context, mutation: field.name, key, args }, act) : act();
    };
    field.resolve = async (source, args: Inputs, context, info) => {
      try {
        return await keyed(source, args, context, info);
      } catch (error) {
        const errors = expectedErrors(asAppErrors(error, ['input']));
        if (!errors) throw error;
        return { errors };
      }
    };
  }
}

/** What class-validator found in the argument at `place`, in our words; anything else as it is. */
export function asAppErrors(error: unknown, place: readonly string[] = []): unknown {
  if (!(error instanceof ArgumentValidationError)) return error;
  const faults = (error.extensions as { validationErrors: ValidationError[] }).validationErrors;
  return new AppErrors(faults.flatMap((fault) => faultsOf(fault, place)));
}

function faultsOf(
  { property, constraints = {}, children = [] }: ValidationError,
  path: readonly string[],
): ReturnType<typeof invalidInput>[] {
  const here = [...path, property];
  const own = Object.entries(constraints).map(([constraint, message]) =>
    invalidInput(here, `${message}.`, constraint),
  );
  return [...own, ...children.flatMap((child) => faultsOf(child, here))];
}
