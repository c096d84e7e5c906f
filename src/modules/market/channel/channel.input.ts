/** What making a channel known and saying what it cost takes. */
import { IsInt, IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { BigIntScalar, DateTime } from '../../../platform/graphql';

const KEY = 'Makes a repeated call safe: the first result is answered again.';

@InputType({ description: 'A channel.' })
export class ChannelCreateInput {
  @Field(() => String, {
    description: 'What a sign-up names: 2–60 small letters, digits and hyphens. It does not change.',
  })
  @Matches(/^[a-z0-9][a-z0-9-]{1,59}$/)
  code!: string;

  @Field(() => String, { description: 'For people, 1–100 letters.' })
  @Length(1, 100)
  name!: string;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'What a channel cost in one month; said again, it replaces what was said before.' })
export class ChannelMonthSetInput {
  @Field(() => ID, { description: 'The channel.' })
  channelId!: string;

  @Field(() => DateTime, { description: 'Any instant of the month (UTC).' })
  month!: Date;

  @Field(() => BigIntScalar, { description: 'What it cost, in whole minor units, 0 or more.' })
  costMinor!: bigint;

  @Field(() => String, { defaultValue: 'USD', description: 'ISO 4217 code.' })
  @Matches(/^[A-Za-z]{3}$/)
  currency!: string;

  @Field(() => Int, {
    nullable: true,
    description: 'How many visits came by it, from whatever counts them; absent = nobody counts.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  @Max(2_000_000_000)
  visits?: number | null;
}
