/** API keys: made, shown once, revoked; and the look-up that every call of a customer's server goes through. */
import type { Clock } from '../../../kernel/clock';
import { invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { ApiKeyPrincipal, KeyMode, Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import { ApiKey } from './api-key.entity';
import { newSecret, visiblePrefix } from './api-key-secret';
import { API_KEY_SCOPES, may, type Permission } from '../permissions';

/** Told to every process when a key is revoked. */
export const API_KEY_CHANNEL = 'flywheel_api_key';

export interface NewApiKey {
  readonly name: string;
  readonly mode: KeyMode;
  readonly scopes: readonly string[];
  readonly expiresAt?: Date | null;
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
    { name, mode, scopes: wanted, expiresAt }: NewApiKey,
  ): Promise<{ id: string; secret: string }> {
    const scopes = scopesOf(maker, wanted);
    if (expiresAt && expiresAt <= this.clock.now()) {
      throw invalidInput(
        ['input', 'expiresAt'],
        'The expiry lies in the past. Choose a later one.',
        'future',
      );
    }
    const secret = newSecret(mode);
    const now = this.clock.now();
    const id = newId('key', now);
    await this.database.unitOfWork.run(tenant(customerId), async () => {
      await this.database.unitOfWork.repository(ApiKey).insert({
        customerId,
        id,
        name,
        prefix: visiblePrefix(secret),
        secretHash: this.hash(secret),
        mode,
        scopes,
        createdAt: now,
        expiresAt: expiresAt ?? null,
      });
      await this.events.emit({ type: 'api-key.created', customerId, subject: id, data: { mode, scopes } });
    });
    return { id, secret };
  }

  /** @throws AppError NOT_FOUND for a key that is unknown or another customer's. Revoking twice is one revocation. */
  async revoke(customerId: string, id: string): Promise<void> {
    await this.database.unitOfWork.run(tenant(customerId), async () => {
      const key = await this.database.unitOfWork.repository(ApiKey).findOneBy({ customerId, id });
      if (!key) throw notFound(['input', 'id']);
      if (key.revokedAt) return;
      await this.database.unitOfWork
        .repository(ApiKey)
        .update({ customerId, id }, { revokedAt: this.clock.now() });
      await this.signals.publish(API_KEY_CHANNEL, { id });
      await this.events.emit({ type: 'api-key.revoked', customerId, subject: id });
    });
  }

  /** The key with this secret, unless it was revoked. */
  async find(secret: string): Promise<KnownApiKey | undefined> {
    const where = { secretHash: this.hash(secret), revokedAt: null };
    const selection = { customerId: true, id: true, mode: true, scopes: true, expiresAt: true } as const;
    const key = await this.database.read.one(ApiKey, { scope: SERVICE, where, selection });
    if (!key) return undefined;
    const { customerId, id, mode, scopes, expiresAt } = key;
    return {
      principal: { kind: 'API_KEY', apiKeyId: id, customerId, mode, scopes },
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

  private hash(secret: string): string {
    return this.crypto.mac('api-key', secret);
  }
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
