/** Channels as staff make them known, say what they cost, and read what they brought. */
import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { MutationPayload, PeriodInput, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { MarketPeriods } from '../market-periods';
import { Market } from '../market.type';
import { Channel } from './channel.entity';
import { ChannelCreateInput, ChannelMonthSetInput } from './channel.input';
import type { ChannelReportService } from './channel-report.service';
import type { ChannelService } from './channel.service';
import { ChannelReport } from './channel.type';

@ObjectType({ description: 'The channel.' })
class ChannelPayload extends MutationPayload {
  @Field(() => Channel, { nullable: true, description: 'The channel; null when there are errors.' })
  channel?: Channel | null;
}

@Resolver(() => Market)
export class ChannelResolver {
  constructor(
    private readonly channelsKnown: ChannelService,
    private readonly reports: ChannelReportService,
    private readonly periods: MarketPeriods,
  ) {}

  @FieldResolver(() => [ChannelReport], {
    description: 'What each channel cost and brought, by its code; last what came by none that is known.',
  })
  channels(
    @Root() { currency }: Market,
    @Arg('period', () => PeriodInput, {
      nullable: true,
      description: 'The months that it touches. Absent = the last twelve, the present one included.',
    })
    period: PeriodInput | null | undefined,
  ): Promise<ChannelReport[]> {
    return this.reports.channels(currency, this.periods.asked(period));
  }

  @Mutation(() => ChannelPayload, {
    nullable: true,
    description: 'Makes a channel known. Needs market:manage. Event: channel.created. Costs nothing.',
  })
  @Can('market:manage')
  async channelCreate(
    @Arg('input', () => ChannelCreateInput, { description: 'The channel.' }) input: ChannelCreateInput,
  ): Promise<ChannelPayload> {
    return { channel: await this.channelsKnown.create(input), errors: [] };
  }

  @Mutation(() => ChannelPayload, {
    nullable: true,
    description:
      'Says what a channel cost in a month, in place of what was said before. Needs market:manage. Event: channel.month-set. Costs nothing.',
  })
  @Can('market:manage')
  async channelMonthSet(
    @Arg('input', () => ChannelMonthSetInput, { description: 'Month and cost.' }) input: ChannelMonthSetInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ChannelPayload> {
    return { channel: await this.channelsKnown.setMonth(input, principal), errors: [] };
  }
}
