/** Where a customer's product sends what people did. */
import { Arg, Ctx, Mutation, Resolver } from 'type-graphql';
import { forbidden } from '../../../kernel/errors';
import { tenantOf } from '../../../kernel/principal';
import type { RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { TrackInput, TrackPayload } from './track.input';
import type { TrackService } from './track.service';

@Resolver()
export class TrackResolver {
  constructor(private readonly tracking: TrackService) {}

  @Mutation(() => TrackPayload, {
    nullable: true,
    description:
      'Records what people did, at most 100 events a call; each event id counts once, and only what a person did since they agreed to analytics counts. Needs track:write. Event: metric-events.tracked. Costs nothing.',
  })
  @Can('track:write')
  async track(
    @Arg('input', () => TrackInput, { description: 'The events.' }) { events }: TrackInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<TrackPayload> {
    const customerId = tenantOf(principal);
    if (customerId === undefined) throw forbidden('track:write');
    return { ...(await this.tracking.track(customerId, principal, events)), errors: [] };
  }
}
