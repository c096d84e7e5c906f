/** Fairness as the API shows it. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import type { MeasureName, Verdict } from './fairness';

export const FairnessMeasureName: { readonly [name in MeasureName]: name } = {
  DEMOGRAPHIC_PARITY_RATIO: 'DEMOGRAPHIC_PARITY_RATIO',
  DEMOGRAPHIC_PARITY_DIFFERENCE: 'DEMOGRAPHIC_PARITY_DIFFERENCE',
  EQUAL_OPPORTUNITY_DIFFERENCE: 'EQUAL_OPPORTUNITY_DIFFERENCE',
  EQUALIZED_ODDS_DIFFERENCE: 'EQUALIZED_ODDS_DIFFERENCE',
  EQUALIZED_ODDS_RATIO: 'EQUALIZED_ODDS_RATIO',
  PREDICTIVE_PARITY_DIFFERENCE: 'PREDICTIVE_PARITY_DIFFERENCE',
};

registerEnumType(FairnessMeasureName, {
  name: 'FairnessMeasureName',
  description:
    'What must be alike between groups, and how the distance is told. Definitions as in Fairlearn.',
  valuesConfig: {
    DEMOGRAPHIC_PARITY_RATIO: {
      description: 'Lowest selection rate over the highest; the four-fifths rule asks for at least 0.8.',
    },
    DEMOGRAPHIC_PARITY_DIFFERENCE: { description: 'Highest selection rate minus the lowest.' },
    EQUAL_OPPORTUNITY_DIFFERENCE: { description: 'Highest true positive rate minus the lowest.' },
    EQUALIZED_ODDS_DIFFERENCE: {
      description: 'The larger of the differences in true positive rate and false positive rate.',
    },
    EQUALIZED_ODDS_RATIO: {
      description: 'The smaller of the ratios of true positive rates and false positive rates.',
    },
    PREDICTIVE_PARITY_DIFFERENCE: { description: 'Highest precision minus the lowest.' },
  },
});

export const FairnessVerdict: { readonly [name in Verdict]: name } = {
  HOLDS: 'HOLDS',
  UNCERTAIN: 'UNCERTAIN',
  VIOLATED: 'VIOLATED',
  NOT_ENOUGH_DATA: 'NOT_ENOUGH_DATA',
};

registerEnumType(FairnessVerdict, {
  name: 'FairnessVerdict',
  description: 'What may be concluded from a measure.',
  valuesConfig: {
    HOLDS: { description: 'Within the threshold.' },
    UNCERTAIN: { description: 'Beyond the threshold, but chance alone could explain the distance.' },
    VIOLATED: {
      description:
        'Two groups are farther apart than the threshold, by more than chance explains, all pairs of groups counted.',
    },
    NOT_ENOUGH_DATA: { description: 'Fewer than two groups with enough people, or nobody to count.' },
  },
});

@ObjectType('FairnessRate', {
  description: 'A share of the people of a group, with its confidence interval.',
})
export class FairnessRate {
  @Field(() => Float, { nullable: true, description: 'The share; null when nobody could be counted.' })
  value!: number | null;

  @Field(() => [Float], { nullable: true, description: 'Wilson interval; null without a value.' })
  interval!: readonly number[] | null;

  @Field(() => Int, { description: 'People it is a share of.' })
  n!: number;
}

@ObjectType('FairnessGroup', { description: 'How one group of people fared.' })
export class FairnessGroup {
  @Field(() => String, { description: 'The group, for example `female` or `female × white`.' })
  group!: string;

  @Field(() => Int, { description: 'People in it.' })
  n!: number;

  @Field(() => Boolean, { description: 'Whether it is large enough to be judged.' })
  isJudged!: boolean;

  @Field(() => FairnessRate, { description: 'Share that was given the positive answer.' })
  selectionRate!: FairnessRate;

  @Field(() => FairnessRate, { description: 'Share of the positive ones that was given it.' })
  truePositiveRate!: FairnessRate;

  @Field(() => FairnessRate, { description: 'Share of the negative ones that was given it.' })
  falsePositiveRate!: FairnessRate;

  @Field(() => FairnessRate, { description: 'Share of those who were given it that are positive.' })
  precision!: FairnessRate;

  @Field(() => FairnessRate, { description: 'Share that was answered rightly.' })
  accuracy!: FairnessRate;
}

@ObjectType('FairnessMeasure', { description: 'How far apart the groups are in one respect.' })
export class FairnessMeasure {
  @Field(() => FairnessMeasureName, { description: 'In which respect.' })
  name!: MeasureName;

  @Field(() => Float, { nullable: true, description: 'How far; null when it cannot be told.' })
  value!: number | null;

  @Field(() => [Float], {
    nullable: true,
    description:
      'Interval of the difference of rates behind it (Newcombe), of which all pairs of groups hold together at the level; null without a value.',
  })
  interval!: readonly number[] | null;

  @Field(() => Float, { description: 'What is still taken for alike.' })
  threshold!: number;

  @Field(() => FairnessVerdict, { description: 'What may be concluded.' })
  verdict!: Verdict;

  @Field(() => String, {
    nullable: true,
    description: 'The group with the highest rate; null without a value.',
  })
  highest!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The group with the lowest rate; null without a value.',
  })
  lowest!: string | null;

  @Field(() => [String], {
    nullable: true,
    description:
      'The two groups that are apart for certain, the one with the higher rate first; null unless violated.',
  })
  violatedBetween!: readonly string[] | null;
}

@ObjectType('FairnessByAttribute', {
  description: 'The groups of one protected attribute, or of an intersection, compared.',
})
export class FairnessByAttribute {
  @Field(() => String, { description: 'The attribute, for example `gender` or `gender × race`.' })
  attribute!: string;

  @Field(() => [FairnessGroup], { description: 'Its groups, largest first.' })
  groups!: readonly FairnessGroup[];

  @Field(() => [FairnessMeasure], { description: 'How far apart they are.' })
  measures!: readonly FairnessMeasure[];
}

@ObjectType('Fairness', {
  description: 'Whether a version treats groups alike, on rows that were held out from its training.',
})
export class Fairness {
  @Field(() => Int, { description: 'Rows it rests on.' })
  rows!: number;

  @Field(() => Float, { description: 'Confidence level of all intervals.' })
  level!: number;

  @Field(() => Int, { description: 'Smaller groups are shown but not judged.' })
  minimumGroupSize!: number;

  @Field(() => Int, {
    description:
      'Groups that are not even shown, because a person could be recognised in them, or in another one by them.',
  })
  suppressedGroups!: number;

  @Field(() => [FairnessByAttribute], { description: 'By protected attribute, and by their intersection.' })
  attributes!: readonly FairnessByAttribute[];
}
