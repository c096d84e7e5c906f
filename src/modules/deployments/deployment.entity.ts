/** A name under which customers find a model: which versions answer, with which part of the traffic. */
import { Field, Float, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, Node } from '../../platform/graphql';
import type { WeightedRoute } from './routes/split';

export enum Environment {
  PRODUCTION = 'PRODUCTION',
  STAGING = 'STAGING',
  DEVELOPMENT = 'DEVELOPMENT',
}

registerEnumType(Environment, {
  name: 'Environment',
  description: 'What a deployment is for.',
  valuesConfig: {
    PRODUCTION: { description: 'Customers rely on it.' },
    STAGING: { description: 'The last trial before production.' },
    DEVELOPMENT: { description: 'Experiments.' },
  },
});

export enum DeploymentState {
  PREPARING = 'PREPARING',
  READY = 'READY',
  FAILED = 'FAILED',
}

registerEnumType(DeploymentState, {
  name: 'DeploymentState',
  description: 'How far what is served is what is wanted.',
  valuesConfig: {
    PREPARING: {
      description: 'Versions are being loaded and warmed; until they are, the earlier routes answer.',
    },
    READY: { description: 'Every version is warm and the wanted routes answer.' },
    FAILED: {
      description:
        'A version could not be made ready: `failure` says why. The earlier routes, if any, go on answering.',
    },
  },
});

@ObjectType({ description: 'One version behind a deployment, and its part of the traffic.' })
export class Route implements WeightedRoute {
  versionId!: string;

  @Field(() => Int, {
    description: 'Percentage of end users who get this version; 0 keeps it warm without traffic of its own.',
  })
  weight!: number;
}

@Entity('deployments')
@ObjectType({
  implements: Node,
  description: 'A name under which predictions are asked for, and the versions that answer them.',
})
export class Deployment implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the deployment.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Its name: what `predict` asks for.' })
  name!: string;

  @Column('text')
  @Field(() => Environment, { description: 'What it is for.' })
  environment!: Environment;

  @Column('text')
  @Field(() => DeploymentState, { description: 'Whether what is wanted is served.' })
  state!: DeploymentState;

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description: 'Why a version could not be made ready; null unless FAILED.',
  })
  failure!: string | null;

  @Column('jsonb')
  @Field(() => [Route], { description: 'The wanted split of the traffic; the weights sum to 100.' })
  routes!: Route[];

  /** Who answers in its stead while its engine cannot, in this order. */
  @Column('jsonb')
  fallbackIds!: string[];

  @Column('int', { nullable: true })
  @Field(() => Int, {
    nullable: true,
    description:
      'For so many seconds the same question of the same customer is answered again without being computed; null = never.',
  })
  cacheSeconds!: number | null;

  @Column('double precision')
  @Field(() => Float, {
    description:
      'Share of the answers, 0 to 1, of which inputs and outputs are kept where the person has agreed to it.',
  })
  payloadSampleRate!: number;

  @Column('int')
  @Field(() => Int, {
    description: 'Grows with every change: pass it as `expectedVersion` to change only what you saw.',
  })
  version!: number;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When it was made.' })
  createdAt!: Date;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When its routes last changed.' })
  updatedAt!: Date;
}

@ObjectType({ description: 'A page of deployments.' })
export class DeploymentConnection extends connectionOf(Deployment) {}
