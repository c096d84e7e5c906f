/** API keys: made, shown once, rotated, revoked; and the look-up that every call of a customer's server goes through. */
import type { Clock } from '../../../kernel/clock';
import { type AppError, conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { ApiKeyPrincipal, KeyMode, Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { ApiKey } from './api-key.entity';
import { newSecret, visiblePrefix } from './api-key-secret';
import { API_KEY_SCOPES, may, type Permission } from '../permissions';

/** Told to every process when a key is revoked, or anything about it changes. */
export const API_KEY_CHANNEL = 'flywheel_api_key';

const HOUR_MS = 3_600_000;
/** What is read of a key to know who calls. */
const KNOWN = {
  customerId: true,
  id: true,
  mode: true,
  scopes: true,
  expiresAt: true,
  requestsPerMinute: true,
} as const;

export interface NewApiKey {
  readonly name: string;
  readonly mode: KeyMode;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null;
  readonly requestsPerMinute?: number | null;
}

export interface ApiKeyChange {
  /** Absent = unchanged. */
  readonly name?: string | null;
  /** Absent = unchanged, null = as the plan allows. */
  readonly requestsPerMinute?: number | null;
}

export interface MadeKey {
  readonly id: string;
  readonly secret: string;
}

export interface KnownApiKey {
  readonly principal: ApiKeyPrincipal;
  readonly expiresAt: Date | null;
}

export class ApiKeyService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** A key for `maker`, who cannot give it more than is theirs. */
  async create(
    maker: Principal,
    customerId: string,
    { name, mode, scopes: wanted, expiresAt = null, requestsPerMinute = null }: NewApiKey,
  ): Promise<MadeKey> {
    const scopes = scopesOf(maker, wanted);
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw invalidInput(
        ['input', 'expiresAt'],
        'The expiry lies in the past. Choose a later one.',
        'future',
      );
    }
    return this.database.unitOfWork.run(tenant(customerId), () =>
      this.insert(customerId, { name, mode, scopes, expiresAt, requestsPerMinute }),
    );
  }

  /**
   * A key that may do the same in the place of another one, which works on for so long. Events: api-key.created, api-key.rotated.
   * @throws AppError NOT_FOUND, CONFLICT for a key that works no more or has a successor, INVALID_INPUT for one that may do more
   * than the maker: its secret would be theirs.
   */
  async rotate(maker: Principal, customerId: string, id: string, overlapHours: number): Promise<MadeKey> {
    return this.database.unitOfWork.run(tenant(customerId), async () => {
      const old = await this.locked(customerId, id, ['input', 'id']);
      const now = this.clock.now();
      if (!works(old, now)) throw conflict('This key works no more. Make a new one.', ['input', 'id']);
      if (old.replacedById) throw await this.alreadyRotated(old, now);
      assertHolds(maker, old.scopes);
      const { name, mode, scopes, requestsPerMinute } = old;
      const lasts = old.expiresAt && old.expiresAt.getTime() - old.createdAt.getTime();
      const expiresAt = lasts === null ? null : new Date(now.getTime() + lasts);
      const made = await this.insert(customerId, { name, mode, scopes, expiresAt, requestsPerMinute });
      const overlapEnd = new Date(now.getTime() + overlapHours * HOUR_MS);
      const ends = old.expiresAt && old.expiresAt < overlapEnd ? old.expiresAt : overlapEnd;
      const changed = { replacedById: made.id, expiresAt: ends };
      await this.database.unitOfWork.repository(ApiKey).update({ customerId, id }, changed);
      await this.signals.publish(API_KEY_CHANNEL, { id });
      const data = { replacedById: made.id, overlapHours };
      await this.events.emit({ type: 'api-key.rotated', customerId, subject: id, data });
      return made;
    });
  }

  /** Event: api-key.updated. @throws AppError NOT_FOUND, or CONFLICT for one that was revoked. */
  async update(customerId: string, id: string, change: ApiKeyChange): Promise<void> {
    await this.database.unitOfWork.run(tenant(customerId), async () => {
      const key = await this.locked(customerId, id, ['id']);
      if (key.revokedAt) throw conflict('This key was revoked. Make a new one.', ['id']);
      const name = change.name ?? key.name;
      const requestsPerMinute =
        change.requestsPerMinute === undefined ? key.requestsPerMinute : change.requestsPerMinute;
      if (name === key.name && requestsPerMinute === key.requestsPerMinute) return;
      const changed = { name, requestsPerMinute };
      await this.database.unitOfWork.repository(ApiKey).update({ customerId, id }, changed);
      await this.signals.publish(API_KEY_CHANNEL, { id });
      const data = { requestsPerMinute };
      await this.events.emit({ type: 'api-key.updated', customerId, subject: id, data });
    });
  }

  /** @throws AppError NOT_FOUND for a key that is unknown or another customer's. Revoking twice is one revocation. */
  async revoke(customerId: string, id: string): Promise<void> {
    await this.database.unitOfWork.run(tenant(customerId), async () => {
      const { revokedAt } = await this.locked(customerId, id, ['input', 'id']);
      if (revokedAt) return;
      const revoked = { revokedAt: this.clock.now() };
      await this.database.unitOfWork.repository(ApiKey).update({ customerId, id }, revoked);
      await this.signals.publish(API_KEY_CHANNEL, { id });
      await this.events.emit({ type: 'api-key.revoked', customerId, subject: id });
    });
  }

  /** The key with this secret, unless it was revoked. */
  async find(secret: string): Promise<KnownApiKey | undefined> {
    const where = { secretHash: this.hash(secret), revokedAt: null };
    const key = await this.database.read.one(ApiKey, { scope: SERVICE, where, selection: KNOWN });
    if (!key) return undefined;
    const { customerId, id, mode, scopes, expiresAt, requestsPerMinute } = key;
    return {
      principal: { kind: 'API_KEY', apiKeyId: id, customerId, mode, scopes, requestsPerMinute },
      expiresAt: expiresAt ? new Date(expiresAt) : null,
    };
  }

  /** Whether the key still works. */
  async stands({ customerId, apiKeyId }: Pick<ApiKeyPrincipal, 'customerId' | 'apiKeyId'>): Promise<boolean> {
    const where = { customerId, id: apiKeyId, revokedAt: null };
    const key = await this.database.read.one(ApiKey, {
      scope: tenant(customerId),
      where,
      selection: { expiresAt: true },
    });
    return key !== null && (key.expiresAt === null || new Date(key.expiresAt) > this.clock.now());
  }

  /** Notes the use, to the minute. */
  async touch({ customerId, apiKeyId }: ApiKeyPrincipal): Promise<void> {
    await this.database.servicePool.query(
      'update api_keys set last_used_at = $3 where customer_id = $1 and id = $2',
      [customerId, apiKeyId, this.clock.now()],
    );
  }

  /** What to do about a key that was rotated depends on what became of the one in its place. */
  private async alreadyRotated(
    { customerId, replacedById, expiresAt }: Pick<ApiKey, 'customerId' | 'replacedById' | 'expiresAt'>,
    now: Date,
  ): Promise<AppError> {
    const where = { customerId, id: replacedById! };
    const successor = await this.database.unitOfWork.repository(ApiKey).findOneBy(where);
    const message =
      successor && works(successor, now)
        ? 'This key was rotated already. Rotate the one in its place.'
        : `This key was rotated already, and the one in its place works no more. Make a new one before this one ends at ${expiresAt!.toISOString()}.`;
    return conflict(message, ['input', 'id'], replacedById!);
  }

  /** In the open unit of work. Event: api-key.created. */
  private async insert(customerId: string, fields: Required<NewApiKey>): Promise<MadeKey> {
    const { name, mode, expiresAt, requestsPerMinute } = fields;
    const scopes = [...fields.scopes];
    const secret = newSecret(mode);
    const now = this.clock.now();
    const id = newId('key', now);
    await this.database.unitOfWork.repository(ApiKey).insert({
      customerId,
      id,
      name,
      prefix: visiblePrefix(secret),
      secretHash: this.hash(secret),
      mode,
      scopes,
      createdAt: now,
      expiresAt,
      requestsPerMinute,
    });
    const data = { mode, scopes, requestsPerMinute };
    await this.events.emit({ type: 'api-key.created', customerId, subject: id, data });
    return { id, secret };
  }

  private async locked(customerId: string, id: string, path: readonly string[]): Promise<ApiKey> {
    const keys = this.database.unitOfWork.repository(ApiKey);
    const lock = { mode: 'pessimistic_write' } as const;
    const key = await keys.findOne({ where: { customerId, id }, lock });
    if (!key) throw notFound(path);
    return key;
  }

  private hash(secret: string): string {
    return this.crypto.mac('api-key', secret);
  }
}

function works({ revokedAt, expiresAt }: Pick<ApiKey, 'revokedAt' | 'expiresAt'>, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || expiresAt > now);
}

/** @throws AppError INVALID_INPUT for a key that may do what its maker may not. */
function assertHolds(maker: Principal, scopes: readonly string[]): void {
  const all = scopes.includes('*') ? API_KEY_SCOPES : (scopes as readonly Permission[]);
  const foreign = all.filter((scope) => !may(maker, scope));
  if (foreign.length === 0) return;
  const message = `This key may do what you may not: ${foreign.join(', ')}. Ask an admin to rotate it.`;
  throw invalidInput(['input', 'id'], message, 'scope');
}

/** @throws AppError INVALID_INPUT for scopes that no key can have, or that the maker has not. */
function scopesOf(maker: Principal, wanted: readonly string[]): string[] {
  const path = ['input', 'scopes'];
  const unknown = wanted.filter((scope) => scope !== '*' && !API_KEY_SCOPES.includes(scope as Permission));
  if (unknown.length > 0) {
    const known = API_KEY_SCOPES.join(', ');
    throw invalidInput(path, `Unknown scopes: ${unknown.join(', ')}. Known are * and ${known}.`, 'scope');
  }
  const own = API_KEY_SCOPES.filter((scope) => may(maker, scope));
  const foreign = wanted.filter((scope) => scope !== '*' && !own.includes(scope as Permission));
  if (foreign.length > 0) {
    const message = `A key may do no more than who makes it, and you may not: ${foreign.join(', ')}. Ask an admin for it.`;
    throw invalidInput(path, message, 'scope');
  }
  if (!wanted.includes('*') || own.length === API_KEY_SCOPES.length) return [...wanted];
  return [...own];
}
