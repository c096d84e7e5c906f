/** What one epoch of a training brought: the points of the curve that people watch. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('training_epochs')
@ObjectType({ description: 'What one pass over the training data brought.' })
export class EpochMetrics {
  @PrimaryColumn('text')
  trainingJobId!: string;

  @PrimaryColumn('int')
  @Field(() => Int, { description: 'Which pass, from 1.' })
  epoch!: number;

  @Column('double precision')
  @Field(() => Float, {
    description: 'Mean binary cross-entropy, or squared error, over the training part, while it learned.',
  })
  loss!: number;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the training part that was called right, while it learned; null for a regression.',
  })
  accuracy!: number | null;

  @Column('double precision')
  @Field(() => Float, { description: 'The loss on the validation part, after the pass.' })
  valLoss!: number;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description: 'Share of the validation part that was called right, after the pass; null for a regression.',
  })
  valAccuracy!: number | null;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'Area under the ROC curve on the validation part, after the pass; null for anything but yes or no, and for trainings from before it was watched.',
  })
  valAuc!: number | null;

  @Column('double precision', { nullable: true })
  @Field(() => Float, {
    nullable: true,
    description:
      'F1 of the positive class on the validation part, after the pass; null as `valAuc`, except that it needs no row of either class.',
  })
  valF1!: number | null;

  @Column('double precision')
  @Field(() => Float, { description: 'Time on the device in milliseconds.' })
  elapsedMs!: number;
}
