/**
 * Subscriptions that have a source of their own instead of a channel of signals: a method of the resolver opens it once,
 * after the caller was looked at and the input checked, and the field shapes each of its values. Marked by `@OpenedBy`.
 */
import type { GraphQLSchema } from 'graphql';
import { Extensions } from 'type-graphql';
import { AppErrors } from '../../kernel/errors';
import type { RequestContext } from './context';
import { textFaults } from './input-text';
import { validateInput } from './input-validation';
import { asAppErrors, keyFaults } from './mutation';

/** Its class gives the input its rules; `open` must ask whether the caller may. */
export interface SubscriptionSource<R extends object = object, I extends object = object> {
  readonly resolver: () => abstract new (...doors: never[]) => R;
  readonly input: () => new () => I;
  readonly open: (resolver: R, input: I, context: RequestContext) => AsyncIterable<unknown>;
}

export function OpenedBy<R extends object, I extends object>(
  source: SubscriptionSource<R, I>,
): MethodDecorator {
  return Extensions({ source }) as MethodDecorator;
}

/** What type-graphql asks for where no channel is named; replaced when the schema is built. */
export function opensItself(): never {
  throw new Error('the source of this subscription was not opened');
}

export function openSources(schema: GraphQLSchema, instances: ReadonlyMap<unknown, object>): void {
  for (const field of Object.values(schema.getSubscriptionType()?.getFields() ?? {})) {
    const { source } = field.extensions as { source?: SubscriptionSource };
    if (!source) continue;
    field.subscribe = async (
      _root,
      args: { input: { idempotencyKey?: string | null } },
      context: RequestContext,
    ) => {
      const faults = [...textFaults(args), ...keyFaults(args.input.idempotencyKey)];
      if (faults.length > 0) throw new AppErrors(faults);
      const input = Object.assign(new (source.input())(), args.input);
      try {
        await validateInput(input);
      } catch (error) {
        throw asAppErrors(error, ['input']);
      }
      return source.open(instances.get(source.resolver())!, input, context);
    };
  }
}
