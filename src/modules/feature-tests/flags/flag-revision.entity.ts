/** What was changed of a flag, by whom, when and why: as it then stood, and what differs from before. */
import { Field, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, JSONScalar } from '../../../platform/graphql';
import { FlagEnvironment, FlagPrerequisite, FlagRule } from './feature-flag.entity';

export enum FlagPart {
  DEFAULT_VALUE = 'DEFAULT_VALUE',
  RULES = 'RULES',
  ENVIRONMENTS = 'ENVIRONMENTS',
  PREREQUISITES = 'PREREQUISITES',
  VALUE_SCHEMA = 'VALUE_SCHEMA',
  REQUIRES_REVIEW = 'REQUIRES_REVIEW',
  PERMANENT = 'PERMANENT',
  STALE_NOTE = 'STALE_NOTE',
  ARCHIVED = 'ARCHIVED',
}

registerEnumType(FlagPart, {
  name: 'FlagPart',
  description: 'What of a flag can change.',
  valuesConfig: {
    DEFAULT_VALUE: { description: 'The value when no rule applies.' },
    RULES: { description: 'Its rules, all of them, in order.' },
    ENVIRONMENTS: { description: 'Where it is on.' },
    PREREQUISITES: { description: 'What other flags must give, each by `flagId` and `value`.' },
    VALUE_SCHEMA: { description: 'The JSON Schema of its values.' },
    REQUIRES_REVIEW: { description: 'Whether changes that reach production are reviewed.' },
    PERMANENT: { description: 'Whether it is meant to stay.' },
    STALE_NOTE: { description: 'Why staff said that it should be removed.' },
    ARCHIVED: { description: 'Whether it is archived.' },
  },
});

@ObjectType({ description: 'One part of a flag before and after a change.' })
export class FlagDifference {
  @Field(() => FlagPart, { description: 'Which part.' })
  part!: FlagPart;

  @Field(() => JSONScalar, { nullable: true, description: 'What it was; null where it was nothing.' })
  before!: unknown;

  @Field(() => JSONScalar, { nullable: true, description: 'What it becomes; null where that is nothing.' })
  after!: unknown;
}

@Entity('feature_flag_revisions')
@ObjectType({ description: 'A flag as it stood after one change.' })
export class FlagRevision {
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  flagId!: string;

  @Column('int')
  @Field(() => Int, { description: 'Its number, from 1.' })
  revision!: number;

  @Column('jsonb')
  @Field(() => JSONScalar, { description: 'The value when no rule applied.' })
  defaultValue!: unknown;

  @Column('jsonb')
  @Field(() => [FlagRule], { description: 'The rules.' })
  rules!: FlagRule[];

  @Column('jsonb')
  @Field(() => [FlagEnvironment], { description: 'Where it was on.' })
  environments!: FlagEnvironment[];

  @Column('jsonb')
  @Field(() => [FlagPrerequisite], { description: 'What other flags had to give.' })
  prerequisites!: FlagPrerequisite[];

  @Column('jsonb')
  @Field(() => [FlagDifference], {
    description: 'What differs from the revision before; empty for the first, and where nothing did.',
  })
  changes!: FlagDifference[];

  @Column('boolean')
  @Field(() => Boolean, {
    description: 'Whether it was an emergency: switched off without the review that was due.',
  })
  emergency!: boolean;

  @Column('text', { nullable: true })
  changeRequestId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Why it was changed.' })
  reason!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of who changed it; where it was reviewed, of who asked for it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'A page of revisions of a flag.' })
export class FlagRevisionConnection extends connectionOf(FlagRevision) {}
