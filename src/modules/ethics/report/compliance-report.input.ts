/** Which report to make, and which to list. */
import { IsOptional, Length, MaxLength } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { PeriodInput } from '../../../platform/graphql';
import { ComplianceReportKind } from './compliance-report.entity';
import type { ReportKind } from './report-contents';

@InputType({ description: 'The report to make.' })
export class ComplianceReportCreateInput {
  @Field(() => ComplianceReportKind, { description: 'What it is about.' })
  kind!: ReportKind;

  @Field(() => PeriodInput, { description: 'The period it covers; a part that lies in the future is empty.' })
  period!: PeriodInput;

  @Field(() => ID, { nullable: true, description: 'Only about this customer; absent = the whole house.' })
  @IsOptional()
  @MaxLength(100)
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which reports; all conditions must hold.' })
export class ComplianceReportFilter {
  @Field(() => ComplianceReportKind, { nullable: true, description: 'About this.' })
  kind?: ReportKind | null;

  @Field(() => ID, { nullable: true, description: 'About this customer.' })
  @IsOptional()
  @MaxLength(100)
  customerId?: string | null;
}
