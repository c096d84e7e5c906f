/** What one version of a model did with the rows that are equal to a certain one. */
import { Field, Int, ObjectType } from 'type-graphql';
import { ModelVersion } from '../../models';
import { DatasetVersion } from '../dataset/dataset-version.entity';

@ObjectType({
  description:
    'What became of a row in one version of a model. Equal rows are counted each: they may be in several parts. The three counts are derived from the seed of the training, and are null where no training is on record.',
})
export class RowUse {
  @Field(() => ModelVersion, { description: 'The version.' })
  modelVersion!: ModelVersion;

  @Field(() => DatasetVersion, { description: 'The data in which it met the row.' })
  datasetVersion!: DatasetVersion;

  @Field(() => Int, {
    nullable: true,
    description: 'Times it was learned from: its weights hang on it. Null where no training is on record.',
  })
  learned!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Times it was watched while learning: it decided when to stop, which trial was best, or from which probability on a label is said. Null where no training is on record.',
  })
  watched!: number | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Times it was held out: it was asked at the end, and nothing was learned from it. Null where no training is on record.',
  })
  heldOut!: number | null;

  @Field(() => ModelVersion, {
    nullable: true,
    description:
      'Of a version that was compressed or has another threshold, the one that was trained, of which it was made; null otherwise.',
  })
  through!: ModelVersion | null;
}
