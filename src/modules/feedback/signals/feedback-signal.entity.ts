/** What a person did with an answer without saying anything. It is watched, not said: never mixed with ratings, and kept by consent. */
import { registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

export enum FeedbackSignalKind {
  RETRY = 'RETRY',
  COPY = 'COPY',
  EDIT = 'EDIT',
  ABANDON = 'ABANDON',
}

registerEnumType(FeedbackSignalKind, {
  name: 'FeedbackSignalKind',
  description: 'What a person did with an answer.',
  valuesConfig: {
    RETRY: { description: 'They asked the same again.' },
    COPY: { description: 'They copied it, or took it over.' },
    EDIT: { description: 'They changed it before they used it: `editDistance` says how much.' },
    ABANDON: { description: 'They left before it was there, or without using it.' },
  },
});

@Entity('feedback_signals')
export class FeedbackSignal {
  @PrimaryColumn('text')
  customerId!: string;

  @PrimaryColumn('text')
  inferenceId!: string;

  @PrimaryColumn('text')
  kind!: FeedbackSignalKind;

  @Column('text')
  endUserId!: string;

  @Column('text')
  deploymentId!: string;

  @Column('text')
  modelVersionId!: string;

  /** 0 (as it was) to 1 (all of it anew), of the last time; null unless edited. */
  @Column('double precision', { nullable: true })
  editDistance!: number | null;

  /** How often it was told. */
  @Column('int')
  times!: number;

  /** When the answer was given: a deed is counted with the answers of that time. */
  @Column('timestamptz')
  answeredAt!: Date;

  @Column('timestamptz')
  lastAt!: Date;
}
