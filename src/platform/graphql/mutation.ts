/**
 * One wrapper around every mutation, so that none can forget: expected failures become `errors` of the payload, faults
 * of the input come all at once with their paths, a repeated idempotency key answers the stored result, and the next act
 * of a request sees what this one changed.
 */
import type { ValidationError } from 'class-validator';
import { defaultFieldResolver, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql';
import { ArgumentValidationError } from 'type-graphql';
import { type AppError, AppErrors, invalidInput } from '../../kernel/errors';
import { databaseFailure } from '../database';
import { requestScope } from '../events';
import type { RequestContext } from './context';
import type { Idempotency } from './idempotency';
import { textFaults } from './input-text';
import { forgetLoaded } from './loader';
import { expectedErrors } from './user-error';

interface MutationExtensions {
  /** The mutation keeps its keys itself, because its work must not run inside one transaction. */
  readonly ownIdempotency?: boolean;
  /** What it writes names its actor itself: nothing is carried along with its work (decision 0016). */
  readonly carriesNoActor?: boolean;
}

type Resolve = GraphQLFieldResolver<unknown, RequestContext>;
type Inputs = { input?: { idempotencyKey?: string | null } };

export function wrapMutations(schema: GraphQLSchema, idempotency: Idempotency): void {
  for (const field of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    const resolve: Resolve = field.resolve ?? defaultFieldResolver;
    const { ownIdempotency, carriesNoActor } = field.extensions as MutationExtensions;
    const keyed: Resolve = async (source, args: Inputs, context, info) => {
      const given = args.input?.idempotencyKey;
      const faults = [...textFaults(args), ...keyFaults(given)];
      if (faults.length > 0) throw new AppErrors(faults);
      const key = ownIdempotency ? undefined : given;
      const act = async (): Promise<unknown> => resolve(source, args, context, info);
      // A stranger is nobody in particular: there is no one to whom a key could belong.
      const isKeyed = key && context.principal.kind !== 'ANONYMOUS';
      return isKeyed ? idempotency.once({ context, mutation: field.name, key, args }, act) : act();
    };
    field.resolve = async (source, args: Inputs, context, info) => {
      const { requestId, principal } = context;
      try {
        if (carriesNoActor) return await keyed(source, args, context, info);
        const { userAgent } = context;
        return await requestScope.run({ requestId, principal, userAgent }, async () =>
          keyed(source, args, context, info),
        );
      } catch (error) {
        const errors = expectedErrors(databaseFailure(error) ?? asAppErrors(error, ['input']));
        if (!errors) throw error;
        return { errors };
      } finally {
        forgetLoaded(context);
      }
    };
  }
}

const KEY = /^\P{Cc}{1,200}$/u;

/** Keys are looked up before the input is validated, so they are looked at before. */
export function keyFaults(key: string | null | undefined): AppError[] {
  if (key === null || key === undefined || KEY.test(key)) return [];
  const words = 'A key has 1–200 letters, none of which is a control character.';
  return [invalidInput(['input', 'idempotencyKey'], words, 'key')];
}

/** What class-validator found in the argument at `place`, in our words; anything else as it is. */
export function asAppErrors(error: unknown, place: readonly string[] = []): unknown {
  if (!(error instanceof ArgumentValidationError)) return error;
  const faults = (error.extensions as { validationErrors: ValidationError[] }).validationErrors;
  return new AppErrors(faults.flatMap((fault) => faultsOf(fault, place)));
}

/** What class-validator tells programmers, as it is told to whoever filled in a form. */
const FOR_PEOPLE: readonly (readonly [RegExp, string])[] = [
  [/ must be an email$/, ' must be an e-mail address, like name@example.com'],
  [/ must be longer than or equal to 1 characters$/, ' must not be empty'],
  [/ must be longer than or equal to (\d+) characters$/, ' must have at least $1 characters'],
  [/ must be shorter than or equal to (\d+) characters$/, ' must have at most $1 characters'],
];

function forPeople(message: string): string {
  const told = FOR_PEOPLE.reduce((text, [words, better]) => text.replace(words, better), message);
  return told.endsWith('.') ? told : `${told}.`;
}

function faultsOf(
  { property, constraints = {}, children = [] }: ValidationError,
  path: readonly string[],
): ReturnType<typeof invalidInput>[] {
  const here = [...path, property];
  const own = Object.entries(constraints).map(([constraint, message]) =>
    invalidInput(here, forPeople(message), constraint),
  );
  return [...own, ...children.flatMap((child) => faultsOf(child, here))];
}
