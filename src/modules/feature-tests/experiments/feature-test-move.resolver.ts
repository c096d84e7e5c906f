/** Tests as staff plan, start, stop and decide them. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Mutation, Resolver } from 'type-graphql';
import type { Principal } from '../../../kernel/principal';
import type { Database } from '../../../platform/database';
import { type RequestContext, selectionOf } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { RuleStore } from '../flags/rule-store.service';
import { FeatureTest } from './feature-test.entity';
import {
  FeatureTestCreateInput,
  FeatureTestDecideInput,
  FeatureTestPayload,
  FeatureTestStartInput,
  FeatureTestStopInput,
} from './feature-test.input';
import type { FeatureTestService } from './feature-test.service';

@Resolver()
export class FeatureTestMoveResolver {
  constructor(
    private readonly database: Database,
    private readonly tests: FeatureTestService,
    private readonly rules: RuleStore,
  ) {}

  @Mutation(() => FeatureTestPayload, {
    nullable: true,
    description:
      'Plans an A/B test and makes its flag; nobody is exposed yet. Needs feature-test:manage. Events: feature-test.created and feature-flag.created. Costs nothing.',
  })
  @Can('feature-test:manage')
  async featureTestCreate(
    @Arg('input', () => FeatureTestCreateInput, { description: 'The plan.' }) input: FeatureTestCreateInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    return this.answer(await this.tests.create(input, context.principal), context, info);
  }

  @Mutation(() => FeatureTestPayload, {
    nullable: true,
    description:
      'Starts a test: its plan is hashed and cannot change any more; from now on people who agreed to analytics get its variants. In production, where its flag requires review, somebody else than its planner starts it. Needs feature-test:manage. Event: feature-test.started. Costs nothing.',
  })
  @Can('feature-test:manage')
  featureTestStart(
    @Arg('input', () => FeatureTestStartInput, { description: 'Which test.' }) input: FeatureTestStartInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    return this.move(input.id, (by) => this.tests.start(input, by), context, info);
  }

  @Mutation(() => FeatureTestPayload, {
    nullable: true,
    description:
      'Stops a test: from now on everybody gets the deployment’s own route, and the results stay as they are now; what comes in later does not count. Another test may start on the deployment. It never runs again, but can be decided. Needs feature-test:manage. Event: feature-test.stopped. Costs nothing.',
  })
  @Can('feature-test:manage')
  featureTestStop(
    @Arg('input', () => FeatureTestStopInput, { description: 'Which test, and why.' })
    input: FeatureTestStopInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    return this.move(input.id, (by) => this.tests.stop(input, by), context, info);
  }

  @Mutation(() => FeatureTestPayload, {
    nullable: true,
    description:
      'Ends a test with a decision, whether it still runs or was stopped; its results stay as they are now, and the deployment is not changed by it. A test that is not healthy answers GateFailed unless an override reason is written. Needs feature-test:manage. Events: feature-test.decided and feature-flag.updated. Costs nothing.',
  })
  @Can('feature-test:manage')
  featureTestDecide(
    @Arg('input', () => FeatureTestDecideInput, { description: 'Which test, which variant, and why.' })
    input: FeatureTestDecideInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    return this.move(input.id, (by) => this.tests.decide(input, by), context, info);
  }

  /** This process follows at once; the others hear of it by signal. */
  private async move(
    id: string,
    act: (by: Principal) => Promise<void>,
    context: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    await act(context.principal);
    await this.rules.refresh();
    return this.answer(id, context, info);
  }

  private async answer(
    id: string,
    { scope }: RequestContext,
    info: GraphQLResolveInfo,
  ): Promise<FeatureTestPayload> {
    const selection = selectionOf(info, 'featureTest');
    const where = { id };
    return {
      featureTest: await this.database.read.one(FeatureTest, { scope, where, selection }),
      errors: [],
    };
  }
}
