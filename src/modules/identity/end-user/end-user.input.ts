/** Inputs of end users' tokens. */
import { Length, Max, Min } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { MAX_END_USER_TOKEN_SECONDS } from '../session/access-token.service';

@InputType({ description: 'For whom the token is.' })
export class EndUserTokenCreateInput {
  @Field(() => String, {
    description: 'Your id of the person, 1–200 letters; a new one is made known by this call.',
  })
  @Length(1, 200)
  externalId!: string;

  @Field(() => Int, { defaultValue: 900, description: 'Seconds it lives, 60–3600.' })
  @Min(60)
  @Max(MAX_END_USER_TOKEN_SECONDS)
  ttlSeconds!: number;
}
