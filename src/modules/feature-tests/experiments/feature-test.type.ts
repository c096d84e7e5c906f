/** The parts of a feature test that have no table of their own: variants, how it was stopped and how it was decided. */
import { Field, Int, ObjectType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';

@ObjectType({ description: 'What people of one group get.' })
export class Variant {
  @Field(() => String, { description: 'Its key within the test. The first variant is the control.' })
  key!: string;

  versionId!: string;

  @Field(() => Int, { description: 'Percentage of the people in the test.' })
  weight!: number;
}

@ObjectType({ description: 'Why a test exposes nobody any more, although it is not decided.' })
export class TestStop {
  @Field(() => String, { description: 'Why, in words.' })
  reason!: string;

  @Field(() => String, { description: 'Id of who stopped it.' })
  by!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: string;
}

@ObjectType({ description: 'How a test ended.' })
export class TestDecision {
  @Field(() => String, { description: 'Key of the variant that was chosen; the control = nothing changes.' })
  variant!: string;

  @Field(() => String, { description: 'Why, in words.' })
  reason!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Why it was decided although it was not healthy; null when it was.',
  })
  overrideReason!: string | null;

  @Field(() => Boolean, { description: 'Whether every health check had passed.' })
  healthy!: boolean;

  @Field(() => String, { description: 'Hash of the results on which it was decided.' })
  resultsHash!: string;

  @Field(() => String, { description: 'Id of who decided.' })
  by!: string;

  @Field(() => DateTime, { description: 'When.' })
  at!: string;
}
