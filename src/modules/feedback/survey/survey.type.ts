/** How a front end learns whether to ask somebody, and what. */
import { IsOptional, Length, MaxLength } from 'class-validator';
import { Field, InputType, ObjectType } from 'type-graphql';
import { DateTime, MutationPayload } from '../../../platform/graphql';

@InputType({ description: 'Who is to be asked how they would miss the product.' })
export class SurveyAskInput {
  @Field(() => String, {
    nullable: true,
    description:
      'For a customer’s server: the customer’s id of the person. Absent for end users and members, who are asked themselves.',
  })
  @IsOptional()
  @MaxLength(200)
  endUserExternalId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Makes a repeated call safe: the first result is answered again, so that who was noted as asked is.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'Whether the person may be asked now.' })
export class SurveyAskPayload extends MutationPayload {
  @Field(() => Boolean, {
    nullable: true,
    description:
      'Ask now; it is noted that they were. false: not before `nextAt`. null when there are errors.',
  })
  due?: boolean | null;

  @Field(() => String, { nullable: true, description: 'What to ask; null when there are errors.' })
  question?: string | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'From when on they may be asked again; null when there are errors.',
  })
  nextAt?: Date | null;
}
