/** Channels and what they cost. */
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import { monthKey } from '../revenue/revenue-movement';
import { Channel, ChannelMonth } from './channel.entity';
import type { ChannelCreateInput, ChannelMonthSetInput } from './channel.input';

const MOST_MINOR = 1_000_000_000_000n;

export class ChannelService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Event: channel.created. @throws AppError CONFLICT for a code that is taken. */
  async create({ code, name }: ChannelCreateInput): Promise<Channel> {
    const { unitOfWork } = this.database;
    const createdAt = this.clock.now();
    const channel: Channel = { id: newId('chn', createdAt), code, name, createdAt };
    await unitOfWork.run(SERVICE, async () => {
      const [made] = await unitOfWork.sql(
        'insert into channels (id, code, name, created_at) values ($1, $2, $3, $4) on conflict do nothing returning id',
        [channel.id, code, name, createdAt],
      );
      if (!made) throw conflict('There is a channel with this code already.', ['input', 'code']);
      await this.events.emit({
        type: 'channel.created',
        subject: channel.id,
        after: channel,
        data: { code },
      });
    });
    return channel;
  }

  /** Event: channel.month-set. @throws AppError NOT_FOUND, or INVALID_INPUT for an amount out of bounds. */
  async setMonth(input: ChannelMonthSetInput, by: Principal): Promise<Channel> {
    const { channelId, costMinor, visits } = input;
    if (costMinor < 0n || costMinor > MOST_MINOR)
      throw invalidInput(['input', 'costMinor'], `A cost lies between 0 and ${MOST_MINOR}.`, 'range');
    const month: ChannelMonth = {
      channelId,
      month: monthKey(input.month),
      currency: input.currency.toUpperCase(),
      costMinor: costMinor.toString(),
      visits: visits ?? null,
      setBy: actorOf(by),
      setAt: this.clock.now(),
    };
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const channel = await unitOfWork.repository(Channel).findOneBy({ id: channelId });
      if (!channel) throw notFound(['input', 'channelId']);
      await unitOfWork.repository(ChannelMonth).upsert(month, ['channelId', 'month', 'currency']);
      const { currency, month: of } = month;
      const data = { month: of, currency, costMinor: month.costMinor, visits: month.visits };
      await this.events.emit({ type: 'channel.month-set', subject: channelId, after: month, data });
      return channel;
    });
  }
}
