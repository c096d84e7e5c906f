/** Keeps the sandbox's objects in PostgreSQL, so that they outlive the process. Writes join the request's transaction. */
import { SERVICE, type UnitOfWork } from '../../../../../platform/database';
import { badParameter, missing } from '../request/refusal';
import type { Parameters } from '../request/parameters';
import { KINDS } from './kinds';
import { pageSizeIn } from './list-page';
import { placementOf } from './placement';
import type { Kind, Kinds, WireList } from './wire';

export interface Filter {
  readonly customer?: string;
  readonly parent?: string;
  /** One of these. */
  readonly parents?: readonly string[];
  /** Top-level properties of the object, and what they may be. */
  readonly properties?: Readonly<Record<string, readonly string[] | undefined>>;
  /** The id of an item of a subscription, or of its price. */
  readonly item?: string;
  /** The payment intent of an invoice payment. */
  readonly intent?: string;
  /** A top-level property that must begin so. */
  readonly prefix?: { readonly property: string; readonly text: string };
  /** A top-level property that must be null. */
  readonly unset?: string;
}

export interface DueObject {
  readonly id: string;
  readonly kind: Kind;
  readonly dueAt: number;
}

interface Slice {
  readonly limit?: number;
  readonly created?: Readonly<Record<'gt' | 'gte' | 'lt' | 'lte', number | undefined>>;
  readonly cursor?: { readonly id: string; readonly backwards: boolean; readonly param: string };
}

export class ObjectStore {
  constructor(private readonly unitOfWork: UnitOfWork) {}

  async find<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined> {
    const [row] = await this.sql<{ body: Kinds[K] }>(
      'select body from stripe_sandbox_objects where id = $1 and kind = $2 and not deleted',
      [id, kind],
    );
    return row?.body;
  }

  /** Also what was removed since: a discount outlives its coupon. */
  async recall<K extends Kind>(kind: K, id: string): Promise<Kinds[K] | undefined> {
    const [row] = await this.sql<{ body: Kinds[K] }>(
      'select body from stripe_sandbox_objects where id = $1 and kind = $2',
      [id, kind],
    );
    return row?.body;
  }

  /** @throws Refusal resource_missing; `param` is the parameter that named the id. */
  async get<K extends Kind>(kind: K, id: string, param?: string): Promise<Kinds[K]> {
    const object = await this.find(kind, id);
    if (!object) throw missing(KINDS[kind].noun, id, param);
    return object;
  }

  async save<K extends Kind>(object: Kinds[K] & { readonly object: K }): Promise<Kinds[K]> {
    const { customer, parent, clock, dueAt } = placementOf(object);
    const { id, object: kind } = object;
    const created = 'created' in object ? object.created : 'date' in object ? object.date : object.start;
    await this.sql(
      `insert into stripe_sandbox_objects (id, kind, customer, parent, clock, due_at, created, body)
       values ($1, $2, $3, $4, $5, $6, $7, $8)
       on conflict (id) do update set customer = excluded.customer, parent = excluded.parent,
         clock = excluded.clock, due_at = excluded.due_at, body = excluded.body`,
      [id, kind, customer, parent, clock, dueAt, created, JSON.stringify(object)],
    );
    return object;
  }

  /** What belongs to an object and is not shown with it. */
  async keepAside(id: string, aside: object): Promise<void> {
    await this.sql('update stripe_sandbox_objects set aside = $2 where id = $1', [id, JSON.stringify(aside)]);
  }

  async aside<T>(id: string): Promise<T> {
    const [row] = await this.sql<{ aside: T | null }>(
      'select aside from stripe_sandbox_objects where id = $1',
      [id],
    );
    if (!row?.aside) throw new Error(`nothing was kept aside for ${id}`);
    return row.aside;
  }

  /** Afterwards the id is unknown, as at Stripe. */
  async remove(id: string): Promise<void> {
    await this.sql('update stripe_sandbox_objects set deleted = true, due_at = null where id = $1', [id]);
  }

  /** A test clock, and whatever is on it. */
  async removeOnClock(id: string): Promise<void> {
    await this.sql(
      'update stripe_sandbox_objects set deleted = true, due_at = null where id = $1 or clock = $1',
      [id],
    );
  }

  async isRemoved(kind: Kind, id: string): Promise<boolean> {
    const rows = await this.sql(
      'select from stripe_sandbox_objects where id = $1 and kind = $2 and deleted',
      [id, kind],
    );
    return rows.length > 0;
  }

  /** All that match, oldest first. */
  async all<K extends Kind>(kind: K, filter: Filter): Promise<Kinds[K][]> {
    return (await this.slice(kind, filter, {})).reverse();
  }

  /** A page as Stripe gives it, newest first, with the page parameters of a request. */
  async page<K extends Kind>(kind: K, filter: Filter, parameters: Parameters): Promise<WireList<Kinds[K]>> {
    const limit = pageSizeIn(parameters);
    const after = parameters.text('starting_after');
    const before = parameters.text('ending_before');
    if (after !== undefined && before !== undefined)
      throw badParameter(
        'ending_before',
        'You may only specify one of these parameters: ending_before, starting_after.',
        'parameters_exclusive',
      );
    const id = after ?? before;
    const rows = await this.slice(kind, filter, {
      limit: limit + 1,
      created: createdRange(parameters),
      cursor:
        id === undefined
          ? undefined
          : {
              id,
              backwards: after === undefined,
              param: after === undefined ? 'ending_before' : 'starting_after',
            },
    });
    const data = rows.slice(0, limit);
    if (after === undefined && before !== undefined) data.reverse();
    return { object: 'list', data, has_more: rows.length > limit, url: KINDS[kind].address };
  }

  /** The first object on a clock (null = the sandbox's own) that is due by `until`; a schedule comes before what it plans. */
  async firstDue(clock: string | null, until: number): Promise<DueObject | undefined> {
    const [row] = await this.sql<DueObject & { dueAt: string }>(
      `select id, kind, due_at as "dueAt" from stripe_sandbox_objects
       where due_at <= $1 and clock is not distinct from $2 order by due_at, kind <> 'subscription_schedule', position limit 1`,
      [until, clock],
    );
    return row && { ...row, dueAt: Number(row.dueAt) };
  }

  /** One writer at a time in the account: what is read under the lock cannot change before it is written. */
  lock(): Promise<unknown> {
    return this.sql("select pg_advisory_xact_lock(hashtext('stripe_sandbox'))", []);
  }

  private async slice<K extends Kind>(kind: K, filter: Filter, slice: Slice): Promise<Kinds[K][]> {
    const values: unknown[] = [kind];
    const value = (one: unknown): string => `$${values.push(one)}`;
    const conditions = ['kind = $1', 'not deleted'];
    if (filter.customer !== undefined) conditions.push(`customer = ${value(filter.customer)}`);
    if (filter.parent !== undefined) conditions.push(`parent = ${value(filter.parent)}`);
    if (filter.parents) conditions.push(`parent = any (${value(filter.parents)})`);
    for (const [name, allowed] of Object.entries(filter.properties ?? {})) {
      if (allowed) conditions.push(`body ->> ${value(name)} = any (${value(allowed)})`);
    }
    if (filter.intent !== undefined)
      conditions.push(`body -> 'payment' ->> 'payment_intent' = ${value(filter.intent)}`);
    if (filter.item !== undefined) {
      const item = value(filter.item);
      conditions.push(
        `exists (select from jsonb_array_elements(body -> 'items' -> 'data') item
                 where item ->> 'id' = ${item} or item -> 'price' ->> 'id' = ${item})`,
      );
    }
    if (filter.prefix) {
      const { property, text } = filter.prefix;
      conditions.push(`starts_with(body ->> ${value(property)}, ${value(text)})`);
    }
    if (filter.unset !== undefined) conditions.push(`body ->> ${value(filter.unset)} is null`);
    const { gt, gte, lt, lte } = slice.created ?? {};
    for (const [operator, bound] of [
      ['>', gt],
      ['>=', gte],
      ['<', lt],
      ['<=', lte],
    ] as const) {
      if (bound !== undefined) conditions.push(`created ${operator} ${value(bound)}`);
    }
    const backwards = slice.cursor?.backwards ?? false;
    if (slice.cursor) {
      const { id, param } = slice.cursor;
      if (!(await this.find(kind, id))) throw missing(KINDS[kind].noun, id, param);
      conditions.push(
        `(created, position) ${backwards ? '>' : '<'} (select created, position from stripe_sandbox_objects where id = ${value(id)})`,
      );
    }
    const direction = backwards ? 'asc' : 'desc';
    const rows = await this.sql<{ body: Kinds[K] }>(
      `select body from stripe_sandbox_objects where ${conditions.join(' and ')}
       order by created ${direction}, position ${direction} limit ${value(slice.limit ?? null)}`,
      values,
    );
    return rows.map(({ body }) => body);
  }

  private sql<R>(text: string, values: readonly unknown[]): Promise<R[]> {
    return this.unitOfWork.run(SERVICE, () => this.unitOfWork.sql<R>(text, values));
  }
}

function createdRange(parameters: Parameters): Slice['created'] {
  if (!parameters.has('created')) return undefined;
  const exact = parameters.isGroup('created') ? undefined : parameters.integer('created');
  if (exact !== undefined) return { gt: undefined, gte: exact, lt: undefined, lte: exact };
  const range = parameters.group('created');
  const bound = (name: string): number | undefined => range?.integer(name);
  return { gt: bound('gt'), gte: bound('gte'), lt: bound('lt'), lte: bound('lte') };
}
