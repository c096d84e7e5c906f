/** Items of a subscription, one by one: the same changes as through the subscription, by another address. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import { missing } from '../request/refusal';
import { pageOf } from '../store/list-page';
import type { ObjectStore } from '../store/object-store';
import type { Subscription, SubscriptionItem } from '../store/wire';
import type { SubscriptionChanges } from './subscription-change.service';
import { changeRequest } from './subscription-operations';
import type { SubscriptionOrders } from './subscription-order';

export class SubscriptionItemOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly orders: SubscriptionOrders,
    private readonly changes: SubscriptionChanges,
  ) {}

  list(): Operation[] {
    const address = '/v1/subscription_items';
    return [
      { method: 'GET', path: address, run: (call) => this.page(call) },
      { method: 'POST', path: address, run: (call) => this.create(call) },
      { method: 'GET', path: `${address}/:id`, run: async ({ path }) => (await this.find(path.id!)).item },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'DELETE', path: `${address}/:id`, run: (call) => this.remove(call) },
    ];
  }

  private async page({ parameters }: Call): Promise<object> {
    const id = parameters.required('subscription');
    const { items } = await this.store.get('subscription', id, 'subscription');
    return pageOf(items, parameters);
  }

  private async create({ parameters, at: realTime }: Call): Promise<SubscriptionItem> {
    const id = parameters.required('subscription');
    const subscription = await this.store.get('subscription', id, 'subscription');
    if (!parameters.has('price_data')) parameters.required('price');
    const at = await this.time.of(subscription, realTime);
    const change = await this.orders.itemChange(parameters, at);
    const request = { ...changeRequest(parameters, at), items: [change] };
    const known = new Set(subscription.items.data.map((item) => item.id));
    const after = await this.changes.apply(subscription, subscription, request, at);
    return after.items.data.find((item) => !known.has(item.id))!;
  }

  private async update({ path, parameters, at: realTime }: Call): Promise<SubscriptionItem> {
    const { subscription, item } = await this.find(path.id!);
    const at = await this.time.of(subscription, realTime);
    const change = { ...(await this.orders.itemChange(parameters, at)), id: item.id };
    const request = { ...changeRequest(parameters, at), items: [change] };
    const after = await this.changes.apply(subscription, subscription, request, at);
    return after.items.data.find(({ id }) => id === item.id)!;
  }

  private async remove({ path, parameters, at: realTime }: Call): Promise<object> {
    const { subscription, item } = await this.find(path.id!);
    const at = await this.time.of(subscription, realTime);
    const request = { ...changeRequest(parameters, at), items: [{ id: item.id, deleted: true }] };
    parameters.boolean('clear_usage');
    await this.changes.apply(subscription, subscription, request, at);
    return { id: item.id, object: 'subscription_item', deleted: true };
  }

  private async find(id: string): Promise<{ subscription: Subscription; item: SubscriptionItem }> {
    const [subscription] = await this.store.all('subscription', { item: id });
    const item = subscription?.items.data.find((one) => one.id === id);
    if (!subscription || !item) throw missing('subscription_item', id);
    return { subscription, item };
  }
}
