/** Inputs of what gives a login back to its owner. */
import { IsEmail, IsOptional, Length, MaxLength, MinLength } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { EmailAddress } from '../../../platform/graphql';
import { MAX_CODE, MAX_PASSWORD, MIN_PASSWORD } from '../session/session.input';

const MAX_TOKEN = 400;

@InputType({ description: 'Who has forgotten the password.' })
export class PasswordResetRequestInput {
  @Field(() => EmailAddress, { description: 'E-mail address of the login.' })
  @IsEmail()
  email!: string;
}

@InputType({ description: 'The link from the mail and the password that its owner chooses.' })
export class PasswordResetInput {
  @Field(() => String, { description: 'The token from the link; it works once, within an hour.' })
  @Length(1, MAX_TOKEN)
  token!: string;

  @Field(() => String, { description: `Password, ${MIN_PASSWORD}–${MAX_PASSWORD} letters.` })
  @MinLength(MIN_PASSWORD)
  @MaxLength(MAX_PASSWORD)
  password!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A code of the authenticator app, or a recovery code; needed where the login has a second factor, for who reads the mail has that not.',
  })
  @IsOptional()
  @Length(0, MAX_CODE)
  code?: string | null;
}

@InputType({ description: 'The link from the mail.' })
export class EmailVerifyInput {
  @Field(() => String, { description: 'The token from the link; it is good for three days.' })
  @Length(1, MAX_TOKEN)
  token!: string;
}

@InputType({ description: 'For which address a link is sent.' })
export class EmailVerificationSendInput {
  @Field(() => Boolean, {
    defaultValue: false,
    description: 'Keep the present address: one that was to replace it is forgotten.',
  })
  keepPresent!: boolean;
}

@InputType({ description: 'What the caller is called.' })
export class NameChangeInput {
  @Field(() => String, { nullable: true, description: 'Name of the person; null = none.' })
  @IsOptional()
  @MaxLength(200)
  name?: string | null;
}

@InputType({ description: 'The address that is to replace the present one.' })
export class EmailChangeInput {
  @Field(() => EmailAddress, { description: 'The new address; a link is sent there.' })
  @IsEmail()
  email!: string;

  @Field(() => String, { description: 'The present password.' })
  @Length(1, MAX_PASSWORD)
  password!: string;
}
