/** Inputs of signing up, in and out. */
import { IsEmail, IsOptional, Length, Matches, MaxLength, MinLength, ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { EmailAddress } from '../../../platform/graphql';

export const MIN_PASSWORD = 12;
export const MAX_PASSWORD = 200;
/** As long as the longest thing that somebody types for one: a recovery code with spaces around it. */
export const MAX_CODE = 20;

@InputType({ description: 'How the customer came here, as far as the page on which it signs up knows.' })
class SignUpAttributionInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Code of the channel, for example `search-ads`: small letters, digits and hyphens, up to 60.',
  })
  @IsOptional()
  @Matches(/^[a-z0-9][a-z0-9-]{1,59}$/)
  channel?: string | null;

  @Field(() => String, { nullable: true, description: 'The campaign, up to 100 letters.' })
  @IsOptional()
  @MaxLength(100)
  campaign?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The token in the link of an offer; one that is old or unknown changes nothing.',
  })
  @IsOptional()
  @MaxLength(100)
  leadToken?: string | null;
}

@InputType({ description: 'A new customer and its owner.' })
export class SignUpInput {
  @Field(() => String, { description: 'Name of the organisation, 1–200 letters.' })
  @Length(1, 200)
  organisation!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Market segment, for example `health` or `retail`; up to 60 letters.',
  })
  @IsOptional()
  @MaxLength(60)
  segment?: string | null;

  @Field(() => EmailAddress, { description: 'E-mail address of the owner.' })
  @IsEmail()
  email!: string;

  @Field(() => String, { nullable: true, description: 'Name of the owner.' })
  @IsOptional()
  @MaxLength(200)
  name?: string | null;

  @Field(() => String, { description: `Password, ${MIN_PASSWORD}–${MAX_PASSWORD} letters.` })
  @MinLength(MIN_PASSWORD)
  @MaxLength(MAX_PASSWORD)
  password!: string;

  @Field(() => SignUpAttributionInput, { nullable: true, description: 'How the customer came here.' })
  @IsOptional()
  @ValidateNested()
  attribution?: SignUpAttributionInput | null;
}

@InputType({
  description: 'E-mail and password of a member or of staff, and a code where the login asks for one.',
})
export class SignInInput {
  @Field(() => String, { description: 'E-mail address.' })
  @Length(1, 320)
  email!: string;

  @Field(() => String, { description: 'Password.' })
  @Length(1, MAX_PASSWORD)
  password!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'A code of the authenticator app, or a recovery code; needed where the login has a second factor, else ignored.',
  })
  @IsOptional()
  @Length(0, MAX_CODE)
  code?: string | null;
}

@InputType({ description: 'The refresh token to exchange.' })
export class SessionRefreshInput {
  @Field(() => String, { description: 'The last refresh token.' })
  @Length(1, 200)
  refreshToken!: string;
}

@InputType({ description: 'Which session to end; nothing = the present one. At most one of these.' })
export class SessionRevokeInput {
  @Field(() => ID, { nullable: true, description: 'One of your sessions by its id.' })
  id?: string | null;

  @Field(() => Boolean, { defaultValue: false, description: 'End every other session of this login.' })
  others!: boolean;

  @Field(() => Boolean, {
    defaultValue: false,
    description: 'End every session of this login, not only the present one.',
  })
  everywhere!: boolean;
}

@InputType({ description: 'The present password and the next one.' })
export class PasswordChangeInput {
  @Field(() => String, { description: 'The present password.' })
  @Length(1, MAX_PASSWORD)
  current!: string;

  @Field(() => String, { description: `The next password, ${MIN_PASSWORD}–${MAX_PASSWORD} letters.` })
  @MinLength(MIN_PASSWORD)
  @MaxLength(MAX_PASSWORD)
  next!: string;
}

@InputType({ description: 'The invitation and the password that the new member chooses.' })
export class MemberInvitationAcceptInput {
  @Field(() => String, { description: 'The invitation token from the mail.' })
  @Length(1, 400)
  token!: string;

  @Field(() => String, { description: `Password, ${MIN_PASSWORD}–${MAX_PASSWORD} letters.` })
  @MinLength(MIN_PASSWORD)
  @MaxLength(MAX_PASSWORD)
  password!: string;
}
