/** How accepted corrections become data. */
import { IsOptional, Length, Matches, Max, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { NAME_PATTERN } from '../../../models';
import { MOST_BAD_ROWS, NAME_MESSAGE } from '../dataset.input';

@InputType({ description: 'Whose corrections are gathered, and what they join.' })
export class DatasetGatherInput {
  @Field(() => String, { description: 'Name of the data set; an existing one gets a new version.' })
  @Matches(NAME_PATTERN, { message: NAME_MESSAGE })
  name!: string;

  @Field(() => ID, { description: 'The model whose answers were corrected.' })
  modelId!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'A version of data whose rows come first, with its columns, label rule and protected attributes. One that has rows from feedback gives those of its upload, and of its corrections those that may still be learned from. Absent = the corrections alone.',
  })
  baseVersionId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'Only corrections by people of this customer; absent = of all customers.',
  })
  customerId?: string | null;

  @Field(() => Int, {
    defaultValue: 0,
    description: 'This many bad rows are left out and reported; one more refuses the whole version.',
  })
  @Min(0)
  @Max(MOST_BAD_ROWS)
  maxBadRows!: number;

  @Field(() => String, { nullable: true, description: 'Repeating the call with this key is one call.' })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
