/** A sign-in as whoever signed in sees it: since when, when it was renewed last, and whether it is the present one. */
import { Ctx, FieldResolver, ID, Resolver, Root } from 'type-graphql';
import { bornAt } from '../../../kernel/id';
import type { Clock } from '../../../kernel/clock';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE, type Where } from '../../../platform/database';
import { DateTime, Needs, type RequestContext } from '../../../platform/graphql';
import { Session } from './session.entity';

/** The one row of each sign-in that stands: its last refresh token. Undefined for callers who have none. */
export function whereOwnSessions(principal: Principal, clock: Clock): Where | undefined {
  if (!('sessionId' in principal)) return undefined;
  const subjectId = principal.kind === 'STAFF' ? principal.staffId : principal.memberId;
  return { subjectId, rotatedAt: null, revokedAt: null, expiresAt: { gt: clock.now() } };
}

/** Those of the caller among these ids, in their order. */
export async function ownSessions(
  { read }: Pick<Database, 'read'>,
  clock: Clock,
  ids: readonly string[],
  { principal }: Pick<RequestContext, 'principal'>,
): Promise<(Session | null)[]> {
  const own = whereOwnSessions(principal, clock);
  if (!own) return ids.map(() => null);
  const rows = await read.list(Session, { scope: SERVICE, where: { ...own, familyId: { in: ids } } });
  const byId = new Map(rows.map((row) => [row.familyId, row as Session]));
  return ids.map((id) => byId.get(id) ?? null);
}

@Resolver(() => Session)
export class OwnSessionResolver {
  @FieldResolver(() => ID, { description: 'Id of the sign-in; it stays when the tokens are renewed.' })
  @Needs('familyId')
  id(@Root() { familyId }: Session): string {
    return familyId;
  }

  @FieldResolver(() => DateTime, { description: 'When whoever it is signed in.' })
  @Needs('familyId')
  startedAt(@Root() { familyId }: Session): Date {
    return bornAt(familyId)!;
  }

  @FieldResolver(() => DateTime, {
    description:
      'When its tokens were renewed last, which a client does every quarter of an hour while it is used.',
  })
  @Needs('createdAt')
  renewedAt(@Root() { createdAt }: Session): Date {
    return createdAt;
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is the one by which this is asked.' })
  @Needs('familyId')
  isCurrent(@Root() { familyId }: Session, @Ctx() { principal }: RequestContext): boolean {
    return 'sessionId' in principal && principal.sessionId === familyId;
  }
}
