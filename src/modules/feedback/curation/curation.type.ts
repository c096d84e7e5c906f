/** What became of a correction as a row to learn from: where it stands, and who saw it. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { DateTime } from '../../../platform/graphql';

export enum FeedbackCurationStatus {
  ACCEPTED = 'ACCEPTED',
  TAKEN_BACK = 'TAKEN_BACK',
}

registerEnumType(FeedbackCurationStatus, {
  name: 'FeedbackCurationStatus',
  description: 'Where a correction stands as a row to learn from.',
  valuesConfig: {
    ACCEPTED: {
      description: 'It goes into the next version of data, if its person’s consent stands then.',
    },
    TAKEN_BACK: {
      description:
        'It goes into no further version of data, and what it held is deleted: a reviewer, or the person, took it back.',
    },
  },
});

@ObjectType({ description: 'What became of a correction as a row to learn from.' })
export class FeedbackCuration {
  @Field(() => FeedbackCurationStatus, { description: 'Where it stands.' })
  status!: FeedbackCurationStatus;

  @Field(() => Int, {
    description: 'Rows that stand accepted: one for each row that the correction corrects.',
  })
  rows!: number;

  @Field(() => DateTime, { description: 'When it was accepted, the last time.' })
  acceptedAt!: string;

  @Field(() => DateTime, { nullable: true, description: 'When it was taken back; null while it stands.' })
  takenBackAt!: string | null;

  feedbackId!: string;

  acceptedById!: string;

  datasetVersionIds!: string[];
}
