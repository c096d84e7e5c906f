/**
 * Of all processes one writes the text of an idempotency key: it holds a lock in the database for as long as it writes, on a
 * connection that is there while there are such texts, so that one that dies leaves its keys to the others at once.
 */
import type { Pool, PoolClient } from 'pg';

/** Of two keys that share a number by chance, once in 10^19, the second is told to ask again. */
const TAKE = 'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken';
const GIVE_BACK = 'select pg_advisory_unlock(hashtextextended($1, 0))';

export interface Claim {
  release(): void;
}

interface Session {
  readonly client: Promise<PoolClient>;
  /** Claims, those that are being asked for too. */
  held: number;
  isLost: boolean;
  readonly lose: () => void;
}

export class TextClaims {
  private session: Session | undefined;

  constructor(private readonly pool: Pool) {}

  /** Undefined while another process holds it; this one may hold it more than once. */
  async take(name: string): Promise<Claim | undefined> {
    const session = (this.session ??= this.open());
    session.held++;
    try {
      const client = await session.client;
      const { rows } = await client.query<{ taken: boolean }>(TAKE, [name]);
      if (rows[0]!.taken) return { release: () => void this.release(session, client, name) };
    } catch (error) {
      session.lose();
      this.leave(session);
      throw error;
    }
    this.leave(session);
    return undefined;
  }

  private open(): Session {
    const session: Session = {
      client: this.pool.connect(),
      held: 0,
      isLost: false,
      // Its locks are gone with it: of two that write then the first to commit is billed, and the other is told so.
      lose: () => {
        session.isLost = true;
        if (this.session === session) this.session = undefined;
      },
    };
    session.client.then(
      (client) => client.once('end', session.lose),
      () => undefined,
    );
    return session;
  }

  private async release(session: Session, client: PoolClient, name: string): Promise<void> {
    try {
      await client.query(GIVE_BACK, [name]);
    } catch {
      session.lose();
    }
    this.leave(session);
  }

  private leave(session: Session): void {
    session.held--;
    if (session.held > 0) return;
    if (this.session === session) this.session = undefined;
    session.client.then(
      (client) => {
        client.off('end', session.lose);
        client.release(session.isLost);
      },
      () => undefined,
    );
  }
}
