/**
 * Turns the credential of a request into a principal: an access token, an API key, or nothing. What was found is held
 * for a short time and dropped by notification, so that the hot path reads no row and a revocation is felt at once.
 */
import type { Clock } from '../../kernel/clock';
import { unauthenticated } from '../../kernel/errors';
import { ANONYMOUS, type Principal } from '../../kernel/principal';
import type { Signals } from '../../platform/events';
import type { Log } from '../../platform/log';
import type { AccessTokenService } from './session/access-token.service';
import { isWellFormed, looksLikeSecret } from './api-key/api-key-secret';
import type { CustomerStanding } from './customer/customer-standing.service';
import type { EndUserStanding } from './end-user/end-user-standing.service';
import { API_KEY_CHANNEL, type ApiKeyService, type KnownApiKey } from './api-key/api-key.service';
import { CredentialWatch } from './credential-watch';
import { SESSION_CHANNEL, type SessionService } from './session/session.service';

const BELT_MS = 30_000;
const TOUCH_MS = 60_000;
const MAX_ENTRIES = 10_000;
const BEARER = /^Bearer +(\S+)$/i;
/** A JWT, which every token of ours is: who sends something else has taken the key of another service. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/;

interface Held<T> {
  readonly value: T;
  readonly until: number;
}

export class AuthenticationService {
  private readonly keys = new Map<string, Held<KnownApiKey>>();
  private readonly sessions = new Map<string, Held<true>>();
  private readonly touched = new Map<string, number>();
  /** Words about what ended so far: what was looked up while one came may have been read before it. */
  private heard = 0;
  private readonly watch: CredentialWatch;

  constructor(
    private readonly tokens: AccessTokenService,
    private readonly apiKeys: ApiKeyService,
    private readonly sessionService: SessionService,
    private readonly standing: Pick<EndUserStanding, 'isErased' | 'whenErased'>,
    private readonly customers: Pick<CustomerStanding, 'eraseAfter' | 'isOpen' | 'require'>,
    signals: Signals,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {
    this.watch = new CredentialWatch((authorization) => this.authenticate(authorization), log);
    signals.subscribe(
      SESSION_CHANNEL,
      ({ familyId }) => {
        this.heard++;
        this.sessions.delete(String(familyId));
        this.watch.lookAt((principal) => 'sessionId' in principal && principal.sessionId === familyId);
      },
      () => {
        this.heard++;
        this.sessions.clear();
        this.watch.lookAtAll();
      },
    );
    signals.subscribe(
      API_KEY_CHANNEL,
      ({ id }) => {
        this.heard++;
        for (const [secret, { value }] of this.keys)
          if (value.principal.apiKeyId === id) this.keys.delete(secret);
        this.watch.lookAt((principal) => principal.kind === 'API_KEY' && principal.apiKeyId === id);
      },
      () => {
        this.heard++;
        this.keys.clear();
        this.watch.lookAtAll();
      },
    );
    standing.whenErased((id) =>
      this.watch.lookAt((principal) => principal.kind === 'END_USER' && principal.endUserId === id),
    );
  }

  /**
   * @throws AppError UNAUTHENTICATED when a credential came and is not valid; no credential is ANONYMOUS. ACCOUNT_CLOSING for a key
   * or a token of a customer that was closed.
   */
  async authenticate(authorization: string | undefined): Promise<Principal> {
    if (authorization === undefined || authorization === '') return ANONYMOUS;
    const credential = BEARER.exec(authorization)?.[1];
    if (!credential) throw unauthenticated('Send the credential as "Authorization: Bearer …".');
    return looksLikeSecret(credential) ? this.byKey(credential) : this.byToken(credential);
  }

  /** Calls once when what was shown, and was good, is so no more: for what is held open. Answers what ends the watch. */
  whenEnded(authorization: string | undefined, principal: Principal, listener: () => void): () => void {
    return authorization ? this.watch.watch(authorization, principal, listener) : () => undefined;
  }

  /** Whether somebody whose credential was seen earlier could still show one: for what is held open, or opened by a link. */
  async stands(principal: Principal): Promise<boolean> {
    switch (principal.kind) {
      case 'API_KEY':
        return this.customers.isOpen(principal.customerId) && (await this.apiKeys.stands(principal));
      case 'END_USER':
        return this.customers.isOpen(principal.customerId) && !this.standing.isErased(principal.endUserId);
      case 'MEMBER':
      case 'STAFF':
        return this.sessionStands(principal.sessionId);
      default:
        return false;
    }
  }

  private async byKey(secret: string): Promise<Principal> {
    const known = await this.knownKey(secret);
    if (!known) throw unauthenticated('This API key is not valid: check it for typos, or create a new one.');
    const { expiresAt } = known;
    if (expiresAt && expiresAt <= this.clock.now())
      throw unauthenticated(`This API key ended at ${expiresAt.toISOString()}. Send another, or create one.`);
    this.customers.require(known.principal.customerId);
    this.touch(known);
    return known.principal;
  }

  private async byToken(token: string): Promise<Principal> {
    const principal = this.tokens.verify(token);
    if (!principal)
      throw unauthenticated(
        TOKEN.test(token)
          ? 'This token is not valid or has expired. Refresh the session or mint a new one.'
          : 'This is neither a key nor a token of this service: its keys begin with flw_. Send one that was made here.',
      );
    if ('sessionId' in principal && !(await this.sessionStands(principal.sessionId))) {
      throw unauthenticated('This session was ended. Sign in again.');
    }
    if (principal.kind === 'END_USER') {
      if (this.standing.isErased(principal.endUserId))
        throw unauthenticated('What was known about this person was erased. Mint a new token to begin anew.');
      this.customers.require(principal.customerId);
    }
    if (principal.kind !== 'MEMBER') return principal;
    const eraseAfter = this.customers.eraseAfter(principal.customerId);
    return eraseAfter === undefined ? principal : { ...principal, eraseAfter };
  }

  private async knownKey(secret: string): Promise<KnownApiKey | undefined> {
    const held = this.keys.get(secret);
    if (held && held.until > performance.now()) return held.value;
    const { heard } = this;
    const value = isWellFormed(secret) ? await this.apiKeys.find(secret) : undefined;
    if (value && heard === this.heard) hold(this.keys, secret, value);
    else this.keys.delete(secret);
    return value;
  }

  private async sessionStands(sessionId: string): Promise<boolean> {
    const held = this.sessions.get(sessionId);
    if (held && held.until > performance.now()) return true;
    const { heard } = this;
    const stands = await this.sessionService.stands(sessionId);
    if (stands && heard === this.heard) hold(this.sessions, sessionId, true);
    else this.sessions.delete(sessionId);
    return stands;
  }

  private touch({ principal }: KnownApiKey): void {
    const now = performance.now();
    if (now - (this.touched.get(principal.apiKeyId) ?? -Infinity) < TOUCH_MS) return;
    if (this.touched.size >= MAX_ENTRIES) this.touched.delete(this.touched.keys().next().value!);
    this.touched.set(principal.apiKeyId, now);
    this.apiKeys
      .touch(principal)
      .catch((error: unknown) => this.log.warn({ error }, 'the use of a key could not be noted'));
  }
}

function hold<T>(cache: Map<string, Held<T>>, key: string, value: T): void {
  if (cache.size >= MAX_ENTRIES) cache.delete(cache.keys().next().value!);
  cache.set(key, { value, until: performance.now() + BELT_MS });
}
