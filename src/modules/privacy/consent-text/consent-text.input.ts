/** What a new version of a consent text carries. */
import { IsInt, IsOptional, Length, Min } from 'class-validator';
import { Field, InputType, Int } from 'type-graphql';
import { ConsentPurpose } from '../consent-purpose';

@InputType({ description: 'The words that people are asked with from now on.' })
export class ConsentTextPublishInput {
  @Field(() => ConsentPurpose, {
    description: 'The purpose it asks about; of SERVICE it says why nobody is asked.',
  })
  purpose!: ConsentPurpose;

  @Field(() => String, {
    defaultValue: 'en',
    description: 'Its language, BCP 47, for example `de` or `pt-BR`; a new one begins with version 1.',
  })
  @Length(2, 35)
  language!: string;

  @Field(() => String, {
    nullable: true,
    description: 'Where it applies, for example `EU`; absent = everywhere.',
  })
  @IsOptional()
  @Length(1, 60)
  jurisdiction?: string | null;

  @Field(() => String, { description: 'Its headline, 1–200 letters.' })
  @Length(1, 200)
  title!: string;

  @Field(() => String, { description: 'What is agreed to, in full and in plain words, 20–10,000 letters.' })
  @Length(20, 10_000)
  body!: string;

  @Field(() => Int, {
    nullable: true,
    description:
      'The version that you last saw, 0 for none; when another was added meanwhile, nothing is published.',
  })
  @IsOptional()
  @IsInt()
  @Min(0)
  expectedVersion?: number | null;
}
