/** One change of a deployment's routes: who, when, why, and what the gate said. Rows are only added. */
import { Field, ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { connectionOf, DateTime, GateCheck, Node } from '../../platform/graphql';
import { Route } from './deployment.entity';
import type { RouteMove } from './routes/route-history';

const DeploymentMove: { readonly [move in RouteMove]: move } = {
  CREATED: 'CREATED',
  PROMOTED: 'PROMOTED',
  ROLLED_BACK: 'ROLLED_BACK',
  CANARY_STARTED: 'CANARY_STARTED',
  CANARY_STEPPED: 'CANARY_STEPPED',
  CANARY_COMPLETED: 'CANARY_COMPLETED',
};

registerEnumType(DeploymentMove, {
  name: 'DeploymentMove',
  description: 'How the routes changed.',
  valuesConfig: {
    CREATED: { description: 'The deployment was made.' },
    PROMOTED: { description: 'New routes, through the gate.' },
    ROLLED_BACK: { description: 'Back to the routes before.' },
    CANARY_STARTED: { description: 'A candidate got its first part of the traffic, through the gate.' },
    CANARY_STEPPED: { description: 'A candidate got a larger part.' },
    CANARY_COMPLETED: { description: 'A candidate got all of the traffic.' },
  },
});

@Entity('deployment_events')
@ObjectType({ implements: Node, description: 'One change of a deployment’s routes.' })
export class DeploymentEvent implements Node {
  @PrimaryColumn('text')
  @Field(() => ID, { description: 'Id of the change.' })
  id!: string;

  @Column('text', { nullable: true })
  customerId!: string | null;

  @Column('text')
  deploymentId!: string;

  @Column('int')
  @Field(() => Int, { description: 'The version that the deployment had from then on.' })
  version!: number;

  @Column('text')
  @Field(() => DeploymentMove, { description: 'How the routes changed.' })
  move!: RouteMove;

  @Column('jsonb')
  @Field(() => [Route], { description: 'The routes from then on.' })
  routes!: Route[];

  @Column('jsonb')
  @Field(() => [GateCheck], {
    description: 'What the gate, or the canary, checked, with its numbers; empty where nobody was asked.',
  })
  checks!: GateCheck[];

  @Column('text', { nullable: true })
  @Field(() => String, {
    nullable: true,
    description:
      'The written reason; where the gate had refused, the reason for overriding it. Null where nobody wrote one.',
  })
  reason!: string | null;

  @Column('text')
  @Field(() => String, { description: 'Id of the principal who did it.' })
  by!: string;

  @Column('timestamptz')
  @Field(() => DateTime, { description: 'When.' })
  at!: Date;
}

@ObjectType({ description: 'A page of changes of a deployment.' })
export class DeploymentEventConnection extends connectionOf(DeploymentEvent) {}
