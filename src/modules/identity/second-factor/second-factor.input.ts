/** Inputs of what somebody has beside the password. */
import { IsOptional, Length } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { MAX_CODE, MAX_PASSWORD } from '../session/session.input';

@InputType({
  description: 'Who asks: the present password, and a code where a second factor is set up already.',
})
export class SecondFactorBeginInput {
  @Field(() => String, { description: 'The present password.' })
  @Length(1, MAX_PASSWORD)
  password!: string;

  @Field(() => String, {
    nullable: true,
    description: 'A code of the present app, or a recovery code; needed where a second factor is replaced.',
  })
  @IsOptional()
  @Length(0, MAX_CODE)
  code?: string | null;
}

@InputType({ description: 'What shows that the app was set up.' })
export class SecondFactorConfirmInput {
  @Field(() => String, { description: 'The six digits that the new app shows now.' })
  @Length(1, MAX_CODE)
  code!: string;
}

@InputType({ description: 'The present password, and a code.' })
export class SecondFactorInput {
  @Field(() => String, { description: 'The present password.' })
  @Length(1, MAX_PASSWORD)
  password!: string;

  @Field(() => String, { description: 'A code of the app, or a recovery code.' })
  @Length(1, MAX_CODE)
  code!: string;
}

@InputType({ description: 'Whose second factor goes, and why.' })
export class SecondFactorResetInput {
  @Field(() => ID, { description: 'Id of the member, or of the staff.' })
  id!: string;

  @Field(() => String, {
    description: 'Why, and how you made sure who asks for it, 3–500 letters; kept in the audit log.',
  })
  @Length(3, 500)
  reason!: string;
}

@InputType({ description: 'Whether the password of a member is enough.' })
export class SecondFactorPolicySetInput {
  @Field(() => Boolean, { description: 'True = every member needs a second factor.' })
  isRequired!: boolean;
}
