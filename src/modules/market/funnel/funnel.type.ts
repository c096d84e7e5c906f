/** How far those came who came in a time: from a visit to paying still. */
import { IsOptional, MaxLength } from 'class-validator';
import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';

@ObjectType({
  description:
    'How far those have come by now who signed up in a period. Each step counts who took it, whether or not they took the one before.',
})
export class Funnel {
  @Field(() => Int, {
    nullable: true,
    description:
      'Visits by channels in the months of the period; null where nobody counts them, and of a segment or campaign.',
  })
  visits!: number | null;

  @Field(() => Int, { description: 'Leads that were entered in the period.' })
  leads!: number;

  @Field(() => Int, { description: 'Customers who signed up in the period.' })
  signUps!: number;

  @Field(() => Int, { description: 'Of them, who had a first answer: activated.' })
  activated!: number;

  @Field(() => Int, { description: 'Of them, who ever paid for a plan, in whatever currency.' })
  paid!: number;

  @Field(() => Int, { description: 'Of them, who pay now: retained.' })
  retained!: number;

  @Field(() => Float, {
    nullable: true,
    description: '`activated` by `signUps`; null when nobody signed up.',
  })
  activationRate!: number | null;

  @Field(() => Float, { nullable: true, description: '`paid` by `signUps`; null when nobody signed up.' })
  paidRate!: number | null;

  @Field(() => Float, { nullable: true, description: '`retained` by `paid`; null when nobody paid.' })
  retentionRate!: number | null;
}

@InputType({
  description:
    'Whose way is asked for; all conditions must hold. A customer is of what its sign-up named, else of what was known of the lead that it was.',
})
export class FunnelFilter {
  @Field(() => String, { nullable: true, description: 'Code of a channel.' })
  @IsOptional()
  @MaxLength(60)
  channel?: string | null;

  @Field(() => String, { nullable: true, description: 'A campaign.' })
  @IsOptional()
  @MaxLength(100)
  campaign?: string | null;

  @Field(() => String, { nullable: true, description: 'A market segment.' })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;
}
