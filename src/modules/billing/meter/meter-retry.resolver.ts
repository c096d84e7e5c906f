/** Lets staff hand over once more what Stripe refused, when what it was refused for is mended. */
import { Arg, Field, ID, InputType, Int, Mutation, ObjectType, Resolver } from 'type-graphql';
import { MutationPayload } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { MeterRetryService } from './meter-retry.service';

@InputType({ description: 'Whose usage is handed over once more.' })
export class MeterEventsRetryInput {
  @Field(() => ID, { description: 'Id of the customer.' })
  customerId!: string;
}

@ObjectType({ description: 'How much is handed over once more.' })
export class MeterEventsRetryPayload extends MutationPayload {
  @Field(() => Int, {
    nullable: true,
    description: 'Meter events that were refused and wait again; null when there are errors.',
  })
  retried?: number | null;
}

@Resolver()
export class MeterRetryResolver {
  constructor(private readonly retry: MeterRetryService) {}

  @Mutation(() => MeterEventsRetryPayload, {
    nullable: true,
    description:
      'Hands over to Stripe’s meters once more what Stripe refused of a customer’s usage; what can no longer reach its invoice is on the next one. Needs billing:reconcile. Event: meter-events.retried. Costs nothing.',
  })
  @Can('billing:reconcile')
  async meterEventsRetry(
    @Arg('input', () => MeterEventsRetryInput, { description: 'Whose.' })
    { customerId }: MeterEventsRetryInput,
  ): Promise<MeterEventsRetryPayload> {
    return { retried: await this.retry.retry(customerId), errors: [] };
  }
}
