/** Expected failures as data: an interface, and the types that carry what the client needs next. */
import { Field, Float, ID, InterfaceType, ObjectType, registerEnumType } from 'type-graphql';
import { AppError, AppErrors, type ErrorCode as Code, ERRORS } from '../../kernel/errors';
import { BigIntScalar, DateTime, URLScalar } from './scalars';

export const ErrorCode = Object.fromEntries(Object.keys(ERRORS).map((code) => [code, code])) as Record<
  Code,
  Code
>;

registerEnumType(ErrorCode, {
  name: 'ErrorCode',
  description:
    'What went wrong. A code never changes its meaning; docs/errors.md says what to do about each.',
  valuesConfig: Object.fromEntries(
    Object.entries(ERRORS).map(([code, { meaning }]) => [code, { description: meaning }]),
  ),
});

const TYPE_OF: Partial<Record<Code, string>> = {
  INVALID_INPUT: 'InvalidInput',
  NOT_FOUND: 'NotFound',
  CONFLICT: 'Conflict',
  QUOTA_EXCEEDED: 'QuotaExceeded',
  PAYMENT_REQUIRED: 'PaymentRequired',
  CONSENT_REQUIRED: 'ConsentRequired',
  GATE_FAILED: 'GateFailed',
};

@InterfaceType({
  description: 'A failure that a caller must expect.',
  resolveType: ({ code }: { code: Code }) => TYPE_OF[code] ?? 'OtherError',
})
export abstract class UserError {
  @Field(() => ErrorCode, { description: 'What went wrong, for programs.' })
  code!: Code;

  @Field(() => String, { description: 'What went wrong and what to do next, for people.' })
  message!: string;

  @Field(() => [String], {
    nullable: true,
    description: 'Which input it concerns; null when none in particular.',
  })
  path!: string[] | null;
}

const implementing = (description: string): { implements: typeof UserError; description: string } => ({
  implements: UserError,
  description,
});

@ObjectType(implementing('A field is missing or its value is not allowed.'))
export class InvalidInput extends UserError {
  @Field(() => String, { nullable: true, description: 'The rule that was broken; null when it has no name.' })
  constraint?: string | null;
}

@ObjectType(implementing('Nothing with this id exists for the caller.'))
export class NotFound extends UserError {}

@ObjectType(implementing('The object changed meanwhile, or is not in a state that allows this.'))
export class Conflict extends UserError {
  @Field(() => ID, { nullable: true, description: 'The object to read again; null when there is none.' })
  currentId?: string | null;
}

@ObjectType(implementing('The limit of the plan is used up.'))
export class QuotaExceeded extends UserError {
  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'The limit of the period; null when it is not known.',
  })
  limit?: bigint | null;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'How much of it is used; null when it is not known.',
  })
  used?: bigint | null;

  @Field(() => DateTime, { nullable: true, description: 'When it starts anew; null when it is not known.' })
  resetsAt?: Date | null;
}

@ObjectType(implementing('The plan does not include this, or a payment is due.'))
export class PaymentRequired extends UserError {
  @Field(() => URLScalar, {
    nullable: true,
    description: 'Where to pay or upgrade; null when there is no such page.',
  })
  checkoutUrl?: string | null;
}

@ObjectType(implementing('The person concerned has not agreed to this.'))
export class ConsentRequired extends UserError {
  @Field(() => String, {
    nullable: true,
    description: 'The purpose to ask consent for; null when it is not known.',
  })
  purpose?: string | null;
}

@ObjectType({ description: 'One check of the promotion gate.' })
export class GateCheck {
  @Field(() => String, { description: 'Which check, as in `same signature`.' })
  name!: string;

  @Field(() => Boolean, { description: 'Whether it passed.' })
  passed!: boolean;

  @Field(() => String, { description: 'What was found, with its numbers, for people.' })
  detail!: string;
}

@ObjectType(implementing('The promotion gate refused.'))
export class GateFailed extends UserError {
  @Field(() => [GateCheck], { description: 'Every check, passed or not.' })
  checks?: GateCheck[];
}

@ObjectType(implementing('Any other expected failure; its code says which.'))
export class OtherError extends UserError {
  @Field(() => Float, {
    nullable: true,
    description: 'Milliseconds after which to try again; null when that would not help.',
  })
  retryAfterMs?: number | null;
}

export function userErrorOf({ code, message, path, data }: AppError): UserError {
  return { code, message, path: path ? [...path] : null, ...data };
}

/** The payload errors that a thrown value stands for; undefined when it is no expected failure. */
export function expectedErrors(error: unknown): UserError[] | undefined {
  const all = error instanceof AppErrors ? error.errors : error instanceof AppError ? [error] : [];
  const isData = all.length > 0 && all.every(({ definition }) => definition.kind === 'PAYLOAD');
  return isData ? all.map(userErrorOf) : undefined;
}

@ObjectType({ description: 'What every mutation answers.' })
export abstract class MutationPayload {
  @Field(() => [UserError], { description: 'Why nothing was changed; empty when it was.' })
  errors!: UserError[];
}
