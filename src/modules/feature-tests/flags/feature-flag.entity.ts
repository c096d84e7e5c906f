/** A switch with a typed value: who gets which, by rules, and off everywhere at once where its environment is off. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node } from '../../../platform/graphql';
import { Environment } from '../../deployments';
import { FlagStaleness } from './flag-staleness.type';

export enum FlagType {
  BOOLEAN = 'BOOLEAN',
  STRING = 'STRING',
  NUMBER = 'NUMBER',
  JSON = 'JSON',
}

registerEnumType(FlagType, {
  name: 'FlagType',
  description: 'What kind of value a flag has.',
  valuesConfig: {
    BOOLEAN: { description: 'On or off.' },
    STRING: { description: 'A text; the flag of a test has the key of the variant.' },
    NUMBER: { description: 'A number.' },
    JSON: { description: 'Any JSON value, or what the schema of the flag allows.' },
  },
});

@ObjectType({
  description: 'One rule of a flag. The first rule that applies decides; a test comes after all rules.',
})
export class FlagRule {
  @Field(() => JSONScalar, {
    nullable: true,
    description:
      'A MongoDB-style condition on `id` (the end user), `customerId` and, where no test is behind the flag, whatever the context of a caller of the open doors says; null = everyone.',
  })
  condition?: Record<string, unknown> | null;

  @Field(() => JSONScalar, { description: 'The value it gives. Of the type of the flag.' })
  value!: unknown;

  @Field(() => Float, {
    nullable: true,
    description:
      'Percentage of the people it applies to; null = all of them. All rules of a flag draw alike, so that a share grows without taking anybody out: after a rule of 30 one of 50 gives another 20, and one of 30 nobody.',
  })
  percentage?: number | null;
}

@ObjectType({
  description:
    'What another flag must give, to the same person in the same environment. Where it gives something else the default stands, as where the flag is off.',
})
export class FlagPrerequisite {
  flagId!: string;

  @Field(() => JSONScalar, { description: 'What it must give: exactly this.' })
  value!: unknown;
}

@ObjectType({
  description: 'Whether a flag is on in an environment. Off = the default for everyone, and no test.',
})
export class FlagEnvironment {
  @Field(() => Environment, { description: 'The environment.' })
  environment!: Environment;

  @Field(() => Boolean, { description: 'Whether rules and tests apply there.' })
  enabled!: boolean;
}

@Entity('feature_flags')
@ObjectType({
  implements: Node,
  description: 'A switch with a typed value. Each feature test has one of its own.',
})
export class FeatureFlag implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the flag.' })
  id!: string;

  @Column('text')
  @Field(() => String, { description: 'Its key, by which programs ask for it.' })
  key!: string;

  @Column('text')
  @Field(() => FlagType, { description: 'What kind of value it has.' })
  type!: FlagType;

  @Column('jsonb')
  @Field(() => JSONScalar, { description: 'The value when no rule applies.' })
  defaultValue!: unknown;

  @Column('jsonb')
  @Field(() => [FlagRule], { description: 'Its rules in order; the first that applies decides.' })
  rules!: FlagRule[];

  @Column('jsonb')
  @Field(() => [FlagEnvironment], { description: 'Where it is on.' })
  environments!: FlagEnvironment[];

  @Column('jsonb')
  @Field(() => [FlagPrerequisite], {
    description: 'What other flags must give before its rules and its test apply.',
  })
  prerequisites!: FlagPrerequisite[];

  @Column('jsonb', { nullable: true })
  @Field(() => JSONScalar, {
    nullable: true,
    description: 'JSON Schema (2020-12) that every value of a JSON flag fulfils; null = any JSON value.',
  })
  valueSchema!: unknown;

  @Column('boolean')
  @Field(() => Boolean, {
    description:
      'Whether what changes its answers in production waits until somebody else of the staff approves it.',
  })
  requiresReview!: boolean;

  @Column('boolean')
  @Field(() => Boolean, {
    description:
      'Whether it is meant to stay, as a kill switch is: that everybody gets the same from it is no reason to remove it.',
  })
  permanent!: boolean;

  @Column('int')
  @Field(() => Int, { description: 'Grows with every change.' })
  revision!: number;

  @Column('text', { nullable: true })
  staleNote!: string | null;

  @Column('jsonb', { nullable: true })
  @Field(() => FlagStaleness, {
    nullable: true,
    description:
      'Why it should be removed; null while it is of use, and always where it is permanent. Found every night, and anew at each change of it.',
  })
  stale!: FlagStaleness | null;

  @Column('timestamptz', { nullable: true })
  @Field(() => DateTime, {
    nullable: true,
    description: 'When it was archived: clients do not find it any more. null while it is in use.',
  })
  archivedAt!: Date | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A page of feature flags.' })
export class FeatureFlagConnection extends connectionOf(FeatureFlag) {}
