/** Whom an act concerns, and what a yes or a no carries. */
import { IsInt, IsOptional, Length, MaxLength, Min } from 'class-validator';
import { Field, ID, InputType, Int } from 'type-graphql';
import { ConsentPurpose } from './consent-purpose';
import { CollectionMethod } from './consent-record.entity';

export const REPEATABLE = 'Makes a repeated call safe: the first result is answered again.';

/** An end user's own token implies the person; all others name exactly one. */
@InputType()
export abstract class PersonInput {
  @Field(() => ID, {
    nullable: true,
    description: 'Id of the end user here; not needed with that person’s own token.',
  })
  @IsOptional()
  @Length(1, 100)
  endUserId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Or your id of the person, 1–200 letters.',
  })
  @IsOptional()
  @Length(1, 200)
  endUserExternalId?: string | null;
}

@InputType({ description: 'One yes or no to one purpose.' })
export class ConsentRecordInput extends PersonInput {
  @Field(() => ConsentPurpose, { description: 'The purpose; any but SERVICE.' })
  purpose!: ConsentPurpose;

  @Field(() => Boolean, { description: 'True gives, false withdraws or refuses.' })
  granted!: boolean;

  @Field(() => Int, {
    nullable: true,
    description: 'Version of the text that was shown; absent = the present one.',
  })
  @IsOptional()
  @IsInt()
  @Min(1)
  textVersion?: number | null;

  @Field(() => String, { defaultValue: 'en', description: 'Language of the text that was shown.' })
  @Length(2, 35)
  language!: string;

  @Field(() => CollectionMethod, {
    nullable: true,
    description: 'How a customer collected it; absent = FORM. Not needed with the person’s own token.',
  })
  method?: CollectionMethod | null;

  @Field(() => String, {
    nullable: true,
    description: 'What proves it, for example the id of a form; at most 500 letters, no personal data.',
  })
  @IsOptional()
  @MaxLength(500)
  evidence?: string | null;

  @Field(() => String, { nullable: true, description: REPEATABLE })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}
