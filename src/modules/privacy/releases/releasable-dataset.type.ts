/** What may be released, and what is left of its budget, as the API shows it. */
import { Field, Int, ObjectType } from 'type-graphql';
import { Decimal } from '../../../platform/graphql';
import { ClampingBounds } from './aggregate-release.entity';
import { PrivacyAccounting } from './privacy-loss';
import { ReleaseStatistic } from './release-statistic';

@ObjectType('ReleasableMeasure', { description: 'Something in a dataset that can be measured.' })
export class ReleasableMeasureType {
  @Field(() => String, { description: 'Its name: what a release asks for.' })
  name!: string;

  @Field(() => String, { description: 'What a row of it is.' })
  description!: string;

  @Field(() => [ReleaseStatistic], { description: 'What can be released of it.' })
  statistics!: ReleaseStatistic[];

  @Field(() => Int, {
    description: 'So many rows of one person in a month count at most, the earliest ones.',
  })
  rowsPerPerson!: number;

  @Field(() => ClampingBounds, {
    nullable: true,
    description: 'Between which values every row counts; null where rows are only counted.',
  })
  bounds!: ClampingBounds | null;
}

@ObjectType('PrivacyBudget', {
  description:
    'What all releases of a dataset about one month may tell of a person together, and what is left of it.',
})
export class PrivacyBudgetType {
  @Field(() => PrivacyAccounting, { description: 'How losses are added up, and so the unit: ε or ρ.' })
  accounting!: PrivacyAccounting;

  @Field(() => Decimal, { description: 'The whole of it, for each month anew.' })
  total!: string;

  @Field(() => Decimal, { description: 'What releases about this month took.' })
  spent!: string;

  @Field(() => Decimal, { description: 'What releases about this month may still take.' })
  left!: string;

  @Field(() => String, { description: 'What is promised to each person when all of it is spent, in words.' })
  guarantee!: string;
}

@ObjectType('ReleasableDataset', {
  description:
    'Data whose aggregates can be released with differential privacy: rows of end users who agree to ANALYTICS now.',
})
export class ReleasableDatasetType {
  @Field(() => String, { description: 'Its name: what a release asks for.' })
  name!: string;

  @Field(() => String, { description: 'What is in it.' })
  description!: string;

  @Field(() => [ReleasableMeasureType], { description: 'What can be measured in it.' })
  measures!: ReleasableMeasureType[];
}
