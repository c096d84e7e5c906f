/** The size of a test before there is a test: what is asked, and the answer. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Max, Min } from 'class-validator';
import { Field, Float, InputType, Int, ObjectType } from 'type-graphql';

@InputType({ description: 'What is known before a test starts.' })
export class TestSizeInput {
  @Field(() => Float, {
    description:
      'The metric’s value today: of a conversion the share of people, between 0 and 1; of a mean its value, not 0.',
  })
  baseline!: number;

  @Field(() => Float, {
    nullable: true,
    description:
      'Of a mean: how people differ in it (standard deviation between people). Absent = a conversion.',
  })
  standardDeviation?: number | null;

  @Field(() => Float, {
    defaultValue: 0.05,
    description: 'The smallest lift that matters, as a share from 0.001 to 10: 0.05 = 5 %.',
  })
  @Min(0.001)
  @Max(10)
  minimumEffect!: number;

  @Field(() => [Int], {
    defaultValue: [50, 50],
    description: 'Shares of 2–5 variants, the control first, 1–99 each; only their proportions count.',
  })
  @ArrayMinSize(2)
  @ArrayMaxSize(5)
  @Min(1, { each: true })
  @Max(99, { each: true })
  weights!: number[];

  @Field(() => Float, { defaultValue: 0.95, description: 'The level of the interval, 0.8–0.999.' })
  @Min(0.8)
  @Max(0.999)
  level!: number;

  @Field(() => Float, { defaultValue: 0.8, description: 'The chance of finding that lift, 0.5–0.99.' })
  @Min(0.5)
  @Max(0.99)
  power!: number;

  @Field(() => Int, {
    defaultValue: 1,
    description:
      'How many comparisons will share the level (metrics × treatments), 1–24; 1 = each stands alone.',
  })
  @Min(1)
  @Max(24)
  comparisons!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'New people a day in the test, at least 1, to say how many days it takes.',
  })
  @IsOptional()
  @Min(1)
  peoplePerDay?: number | null;
}

@ObjectType({ description: 'How many people a test needs. Pass `people` as `plannedSize`.' })
export class TestSize {
  @Field(() => Float, {
    description: 'People in all variants together, for one look at the end; a whole number.',
  })
  people!: number;

  @Field(() => [Float], { description: 'The same by variant, in the order of the weights.' })
  peoplePerVariant!: number[];

  @Field(() => Float, {
    description:
      'People in all variants together until the interval that may be looked at at any time shows it; more than `people`, because it may stop earlier.',
  })
  peopleWatched!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Days until `people` are there; null without `peoplePerDay`.',
  })
  days!: number | null;
}
