/** What staff say when they grant credits or correct the ledger. */
import { IsEnum, IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { BigIntScalar, DateTime } from '../../../platform/graphql';
import { CreditSource } from './ledger';

const KEY = 'Repeating the call with the same key and input answers the first result and does nothing anew.';
const DEFAULT_PRIORITY = 100;
const MAX_PRIORITY = 1000;

@InputType({ description: 'Credits for a customer.' })
export class CreditGrantInput {
  @Field(() => ID, { description: 'Whose they are.' })
  customerId!: string;

  @Field(() => BigIntScalar, { description: 'Minor units, above 0.' })
  amountMinor!: bigint;

  @Field(() => String, { description: 'ISO 4217 code: the currency of the customer’s plan.' })
  @Matches(/^[A-Z]{3}$/)
  currency!: string;

  @Field(() => CreditSource, {
    defaultValue: CreditSource.PROMOTIONAL,
    description: 'Whether the customer paid for them.',
  })
  @IsEnum(CreditSource)
  source!: CreditSource;

  @Field(() => Int, {
    defaultValue: DEFAULT_PRIORITY,
    description: `0–${MAX_PRIORITY}; of several grants the lowest is used first.`,
  })
  @IsInt()
  @Min(0)
  @Max(MAX_PRIORITY)
  priority!: number;

  @Field(() => DateTime, { nullable: true, description: 'When they end; absent = never.' })
  @IsOptional()
  expiresAt?: Date | null;

  @Field(() => String, { description: 'Why, for the customer to read: 1–500 letters.' })
  @Length(1, 500)
  reason!: string;

  @Field(() => String, { description: KEY })
  @Length(1, 200)
  idempotencyKey!: string;
}

@InputType({ description: 'A transfer to undo.' })
export class LedgerReverseInput {
  @Field(() => ID, { description: 'Whose ledger.' })
  customerId!: string;

  @Field(() => ID, { description: 'The transfer: a grant of which nothing is used, or usage.' })
  transferId!: string;

  @Field(() => String, { description: 'Why: 1–500 letters.' })
  @Length(1, 500)
  reason!: string;

  @Field(() => String, { description: KEY })
  @Length(1, 200)
  idempotencyKey!: string;
}
