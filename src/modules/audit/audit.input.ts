/** Which records of the log are asked for. */
import { IsOptional, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { PeriodInput } from '../../platform/graphql';

@InputType({ description: 'Which records; all conditions must hold.' })
export class AuditFilter {
  @Field(() => ID, { nullable: true, description: 'About this object.' })
  @IsOptional()
  @MaxLength(200)
  object?: string | null;

  @Field(() => String, { nullable: true, description: 'Done by this principal.' })
  @IsOptional()
  @MaxLength(200)
  actor?: string | null;

  @Field(() => String, { nullable: true, description: 'This action, for example `consent.withdrawn`.' })
  @IsOptional()
  @MaxLength(100)
  action?: string | null;

  @Field(() => ID, { nullable: true, description: 'Concerning this customer.' })
  @IsOptional()
  @MaxLength(200)
  customerId?: string | null;

  @Field(() => PeriodInput, { nullable: true, description: 'In this period.' })
  period?: PeriodInput | null;
}
