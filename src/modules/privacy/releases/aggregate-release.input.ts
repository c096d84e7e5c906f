/** What to release, for which loss, and which releases to list. */
import { IsOptional, Length } from 'class-validator';
import { Field, InputType } from 'type-graphql';
import { Decimal, OneOf, PeriodInput } from '../../../platform/graphql';
import { ReleaseStatistic } from './release-statistic';

@OneOf()
@InputType({ description: 'How much a release may tell of any one person: exactly one of these.' })
export class PrivacyLossInput {
  @Field(() => Decimal, {
    nullable: true,
    description:
      'ε of pure differential privacy, above 0 and with at most 6 decimals: discrete Laplace noise.',
  })
  epsilon?: string | null;

  @Field(() => Decimal, {
    nullable: true,
    description:
      'ρ of zero-concentrated differential privacy, above 0 and with at most 6 decimals: discrete Gaussian noise. For datasets whose accounting is ZCDP.',
  })
  rho?: string | null;
}

@InputType({ description: 'What to release. `releasableDatasets` lists what there is.' })
export class AggregateReleaseCreateInput {
  @Field(() => String, { description: 'The dataset, by its name.' })
  @Length(1, 100)
  dataset!: string;

  @Field(() => String, { description: 'What to measure, by its name in the dataset.' })
  @Length(1, 100)
  measure!: string;

  @Field(() => ReleaseStatistic, { description: 'What to release of it.' })
  statistic!: ReleaseStatistic;

  @Field(() => PeriodInput, { description: 'One calendar month in UTC that is over.' })
  period!: PeriodInput;

  @Field(() => PrivacyLossInput, { description: 'What it may cost. It is spent for good.' })
  loss!: PrivacyLossInput;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@InputType({ description: 'Which releases; all conditions must hold.' })
export class AggregateReleaseFilter {
  @Field(() => String, { nullable: true, description: 'Of this dataset.' })
  @IsOptional()
  @Length(1, 100)
  dataset?: string | null;

  @Field(() => PeriodInput, { nullable: true, description: 'About months that begin within it.' })
  period?: PeriodInput | null;
}
