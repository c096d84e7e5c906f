/** Why a model answered as it did, as GraphQL shows it and as it is kept with the prediction's payload. */
import { Field, Float, Int, ObjectType, registerEnumType } from 'type-graphql';
import { JSONScalar } from '../../../platform/graphql';

export enum ExplanationMethod {
  SHAPLEY = 'SHAPLEY',
  INTEGRATED_GRADIENTS = 'INTEGRATED_GRADIENTS',
  PERMUTATION_IMPORTANCE = 'PERMUTATION_IMPORTANCE',
  OCCLUSION = 'OCCLUSION',
  PARTIAL_DEPENDENCE = 'PARTIAL_DEPENDENCE',
  SURROGATE_TREE = 'SURROGATE_TREE',
}

registerEnumType(ExplanationMethod, {
  name: 'ExplanationMethod',
  description: 'How an answer, or a model, is explained.',
  valuesConfig: {
    SHAPLEY: {
      description:
        'What each input adds on average over all orders in which the inputs become known. One row. Exact up to 12 inputs; beyond that drawn, with standard errors.',
    },
    INTEGRATED_GRADIENTS: {
      description:
        'The gradient gathered on the straight way from the baseline to the row. One row, for networks of dense layers that were frozen here.',
    },
    PERMUTATION_IMPORTANCE: {
      description:
        'How much the answers change, or with `targets` how much worse they get, when the values of an input are dealt out anew among the rows.',
    },
    OCCLUSION: { description: 'What the answer loses without each word. One row with a text.' },
    PARTIAL_DEPENDENCE: {
      description: 'The mean answer over rows when one input is set to each of a grid of values.',
    },
    SURROGATE_TREE: {
      description: 'A few readable rules that imitate the model, and how faithful they are on fresh rows.',
    },
  },
});

@ObjectType({ description: 'The part of one input, or of one word, in an answer.' })
export class Attribution {
  @Field(() => String, { description: 'The input, or the word.' })
  feature!: string;

  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'What the explained row holds there, a date where days are counted; null where many rows are explained together.',
  })
  value?: unknown;

  @Field(() => Float, { description: 'What it adds to the answer; the method says in which sense.' })
  contribution!: number;

  @Field(() => Float, {
    nullable: true,
    description: 'Standard error of the contribution; null where nothing was drawn.',
  })
  standardError?: number | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Where the word begins in the text, in UTF-16 units; null for an input.',
  })
  position?: number | null;
}

@ObjectType({ description: 'The mean answer at one value of an input.' })
export class DependenceValue {
  @Field(() => JSONScalar, {
    nullable: true,
    description: 'The value of the input, a date where days are counted; null for rows without one.',
  })
  value!: unknown;

  @Field(() => Float, { description: 'The mean answer over the rows with this value.' })
  mean!: number;

  @Field(() => Float, { nullable: true, description: 'Standard error of the mean; null for a single row.' })
  standardError!: number | null;
}

@ObjectType({ description: 'One rule of a surrogate tree.' })
export class SurrogateRule {
  @Field(() => [String], { description: 'All of these hold, e.g. `age > 41.5`; none = always.' })
  conditions!: string[];

  @Field(() => Float, { description: 'What the tree then answers.' })
  value!: number;

  @Field(() => Int, { description: 'Rows on which the rule rests.' })
  rows!: number;
}

@ObjectType({ description: 'A tree that imitates a model.' })
export class Surrogate {
  @Field(() => [SurrogateRule], { description: 'Its rules; exactly one of them holds for any row.' })
  rules!: SurrogateRule[];

  @Field(() => Float, {
    nullable: true,
    description:
      'R² on rows it was not fitted on: 1 = it says what the model says, 0 = no better than the mean. Null when the model always answers the same.',
  })
  fidelity!: number | null;

  @Field(() => Int, { description: 'Rows on which the fidelity was measured.' })
  fidelityRows!: number;
}

@ObjectType({ description: 'Why a model answered as it did.' })
export class Explanation {
  @Field(() => ExplanationMethod, { description: 'How it was explained.' })
  method!: ExplanationMethod;

  @Field(() => String, {
    description: 'Which number of the answer is explained: an output, or the class whose probability it is.',
  })
  target!: string;

  @Field(() => [Attribution], { description: 'What each input or word adds, the largest first.' })
  attributions!: Attribution[];

  @Field(() => Float, {
    nullable: true,
    description:
      'The answer without what is explained, by the measure of the method; null where it has none.',
  })
  baseline!: number | null;

  @Field(() => Float, {
    nullable: true,
    description: 'The answer that is explained; null where a whole model is.',
  })
  prediction!: number | null;

  @Field(() => Float, {
    nullable: true,
    description:
      'Distance between the sum of the contributions and prediction − baseline; null where the method promises no such sum.',
  })
  completenessError!: number | null;

  @Field(() => [DependenceValue], {
    nullable: true,
    description: 'The curve of a partial dependence; null for other methods.',
  })
  dependence?: DependenceValue[] | null;

  @Field(() => Surrogate, { nullable: true, description: 'The surrogate tree; null for other methods.' })
  surrogate?: Surrogate | null;

  @Field(() => Int, { description: 'Rows that the model was asked for.' })
  modelRows!: number;

  @Field(() => String, { description: 'How to read it, and what it does not say.' })
  note!: string;
}
