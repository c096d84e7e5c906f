/** A switch with a typed value: who gets which, by rules, and off everywhere at once where its environment is off. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, JSONScalar, Node } from '../../../platform/graphql';
import { Environment } from '../../deployments';

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
    JSON: { description: 'Any JSON value.' },
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
    description: 'Percentage of the people it applies to; null = all of them.',
  })
  percentage?: number | null;
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

  @Column('int')
  @Field(() => Int, { description: 'Grows with every change.' })
  revision!: number;

  @Column('text', { nullable: true })
  @Field(() => String, { nullable: true, description: 'Why it should be removed; null while it is of use.' })
  stale!: string | null;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it last changed.' })
  updatedAt!: Date;
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

  @Column('text')
  @Field(() => String, { description: 'Why it was changed.' })
  reason!: string;

  @Column('text')
  @Field(() => String, { description: 'Id of who changed it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'A page of feature flags.' })
export class FeatureFlagConnection extends connectionOf(FeatureFlag) {}

@ObjectType({ description: 'A page of revisions of a flag.' })
export class FlagRevisionConnection extends connectionOf(FlagRevision) {}
