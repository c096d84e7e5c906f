/** What customers say when they cap their spending. */
import { IsEnum, IsOptional, Length } from 'class-validator';
import { Field, InputType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../../../platform/graphql';
import { SpendCapKind } from './spend-cap';

registerEnumType(SpendCapKind, {
  name: 'SpendCapKind',
  description: 'What a spend cap does when it is reached.',
  valuesConfig: {
    HARD: { description: 'Requests that it cannot pay for are refused.' },
    SOFT: { description: 'Requests go on; people are told at 50, 80 and 100 %.' },
  },
});

@InputType({
  description: 'The most to owe for usage in a billing period, beside what is prepaid by credits.',
})
export class SpendCapSetInput {
  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Minor units of the plan’s currency; null lifts the cap.',
  })
  amountMinor?: bigint | null;

  @Field(() => SpendCapKind, {
    defaultValue: SpendCapKind.HARD,
    description: 'Whether requests are refused at the cap, or people only told.',
  })
  @IsEnum(SpendCapKind)
  kind!: SpendCapKind;

  @Field(() => String, {
    nullable: true,
    description:
      'Repeating the call with the same key and input answers the first result and does nothing anew.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
