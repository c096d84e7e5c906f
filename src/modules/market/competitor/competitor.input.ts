/** What keeping the list of competitors takes. */
import { ArrayMaxSize, IsInt, IsOptional, Length, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';

const KEY = 'Repeating the call with the same key and input answers the first result and does nothing anew.';

const NAME = 'Found as a word of its own, whatever its case; 2–60 signs, a letter or digit first.';

@InputType({ description: 'A competitor.' })
export class CompetitorCreateInput {
  @Field(() => String, { description: `Its name. ${NAME}` })
  @Length(2, 60)
  name!: string;

  @Field(() => [String], { defaultValue: [], description: `How else people call it, at most 10. ${NAME}` })
  @ArrayMaxSize(10)
  @Length(2, 60, { each: true })
  aliases!: string[];

  @Field(() => String, { description: KEY })
  @Length(1, 200)
  idempotencyKey!: string;
}

@InputType({ description: 'What changes of a competitor; what is absent stays.' })
export class CompetitorUpdateInput {
  @Field(() => String, { nullable: true, description: `Its name. ${NAME}` })
  @IsOptional()
  @Length(2, 60)
  name?: string | null;

  @Field(() => [String], {
    nullable: true,
    description: `All other names, in place of those before. ${NAME}`,
  })
  @IsOptional()
  @ArrayMaxSize(10)
  @Length(2, 60, { each: true })
  aliases?: string[] | null;

  @Field(() => Int, {
    nullable: true,
    description: 'The version of the competitor that you saw; another one is a Conflict.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  expectedVersion?: number | null;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which competitor is looked for no more.' })
export class CompetitorRemoveInput {
  @Field(() => ID, { description: 'The competitor.' })
  id!: string;

  @Field(() => String, { nullable: true, description: KEY })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
