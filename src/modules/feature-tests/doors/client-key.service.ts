/**
 * Client keys: made, shown once, revoked; and the look-up behind every request of a GrowthBook client. What was found is
 * held for a short time and dropped by notification, so that a revocation is felt at once, also by streams that are open.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE, tenant } from '../../../platform/database';
import type { Events, Signals } from '../../../platform/events';
import type { Environment } from '../../deployments';
import {
  CLIENT_KEY_CHANNEL,
  FLAG_CLIENT_KEY_CREATED,
  FLAG_CLIENT_KEY_REVOKED,
} from '../feature-tests.events';
import { FlagClientKey } from './client-key.entity';

const START = 'flw_flags_';
const RANDOM_BYTES = 24;
const SHOWN_LETTERS = START.length + 4;
const PATTERN = /^flw_flags_[0-9A-Za-z_-]{32}$/;
const BELT_MS = 30_000;
const MOST_HELD = 10_000;

export type KnownClientKey = Pick<FlagClientKey, 'customerId' | 'id' | 'environment'>;

interface Held {
  readonly key: KnownClientKey;
  readonly until: number;
}

export class ClientKeyService {
  private readonly held = new Map<string, Held>();
  /** Revocations heard so far: what was looked up while one came may have been read before it. */
  private heard = 0;

  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly signals: Signals,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** Hears of revocations in any process. Answers the function that stops it. */
  listen(): () => void {
    const forget = (): void => {
      this.heard++;
      this.held.clear();
    };
    return this.signals.subscribe(CLIENT_KEY_CHANNEL, forget, forget);
  }

  /** Answers the id and the key itself, which is shown this once. Event: flag-client-key.created. */
  async create(
    customerId: string,
    { name, environment }: { name: string; environment: Environment },
  ): Promise<{ id: string; clientKey: string }> {
    const createdAt = this.clock.now();
    const id = newId('fck', createdAt);
    const clientKey = START + randomBytes(RANDOM_BYTES).toString('base64url');
    const { unitOfWork } = this.database;
    await unitOfWork.run(tenant(customerId), async () => {
      await unitOfWork.repository(FlagClientKey).insert({
        customerId,
        id,
        name,
        environment,
        prefix: clientKey.slice(0, SHOWN_LETTERS),
        secretHash: this.hash(clientKey),
        createdAt,
      });
      const data = { environment };
      await this.events.emit({ type: FLAG_CLIENT_KEY_CREATED, customerId, subject: id, data });
    });
    return { id, clientKey };
  }

  /** Event: flag-client-key.revoked. @throws AppError NOT_FOUND. Revoking twice is one revocation. */
  async revoke(customerId: string, id: string): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.run(tenant(customerId), async () => {
      const keys = unitOfWork.repository(FlagClientKey);
      const lock = { mode: 'pessimistic_write' } as const;
      const key = await keys.findOne({ where: { customerId, id }, lock });
      if (!key) throw notFound(['input', 'id']);
      if (key.revokedAt) return;
      await keys.update({ customerId, id }, { revokedAt: this.clock.now() });
      await this.signals.publish(CLIENT_KEY_CHANNEL, { id });
      await this.events.emit({ type: FLAG_CLIENT_KEY_REVOKED, customerId, subject: id });
    });
  }

  /** The key with this text, unless it was revoked. */
  async find(clientKey: string): Promise<KnownClientKey | undefined> {
    if (!PATTERN.test(clientKey)) return undefined;
    const now = this.clock.millis();
    const held = this.held.get(clientKey);
    if (held && held.until > now) return held.key;
    const { heard } = this;
    const key = await this.database.read.one(FlagClientKey, {
      scope: SERVICE,
      where: { secretHash: this.hash(clientKey), revokedAt: null },
      selection: { customerId: true, id: true, environment: true },
    });
    if (!key) return undefined;
    if (this.held.size >= MOST_HELD) this.held.clear();
    if (heard === this.heard) this.held.set(clientKey, { key, until: now + BELT_MS });
    return key;
  }

  private hash(clientKey: string): string {
    return this.crypto.mac('flag-client-key', clientKey);
  }
}
