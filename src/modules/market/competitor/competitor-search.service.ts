/**
 * Looks for competitors in what people say: at once in what is said and changed, in all of it when the list changes, and in what
 * somebody said when their restriction is lifted. Whoever looks holds the list meanwhile, so that the last look is by the last list;
 * looked through twice, it comes to the same rows.
 */
import { type Database, SERVICE } from '../../../platform/database';
import type { EventSubscriber } from '../../../platform/events';
import type { JobDefinition } from '../../../platform/jobs';
import { PERSON_OPEN_SQL } from '../../identity';
import type { FeedbackModule } from '../../feedback';
import { Competitor } from './competitor.entity';
import { CompetitorNames } from './competitor-names';

/** Who changes the list and who looks by it take turns. */
export const LIST_TURN = 'market competitors';
export const SEARCH_KIND = 'market.find-competitors';

const AT_ONCE = 200;
/** Whoever restricted the use of their data was left out meanwhile. */
const LIFTED = 'end-user.restriction-lifted';

const FORGET = `delete from competitor_mentions as known where feedback_id = any($1)
  and (feedback_id, competitor_id) not in (select * from unnest($2::text[], $3::text[]))`;

/** Whoever restricted the use of their data, or was forgotten, meanwhile is not entered. */
const KEEP = `insert into competitor_mentions (customer_id, feedback_id, competitor_id, end_user_id, said_at)
  select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
    as found (customer_id, feedback_id, competitor_id, end_user_id, said_at)
  where ${PERSON_OPEN_SQL('found.customer_id', 'found.end_user_id')}
  on conflict do nothing`;

export class CompetitorSearchService {
  constructor(
    private readonly database: Pick<Database, 'unitOfWork'>,
    private readonly words: FeedbackModule['words'],
  ) {}

  readonly subscriber: EventSubscriber = {
    name: 'market.competitors',
    types: ['feedback.submitted', 'feedback.changed', 'feedback.withdrawn', LIFTED],
    handle: async (events) => {
      const said = events.filter(({ type }) => type !== LIFTED).map(({ subject }) => subject);
      const people = events
        .filter(({ type }) => type === LIFTED)
        .map(({ customerId, subject }) => ({ customerId: customerId!, endUserId: subject }));
      const ids = [...new Set([...said, ...(await this.words.idsOf(people))])];
      for (let from = 0; from < ids.length; from += AT_ONCE) {
        await this.lookAt(ids.slice(from, from + AT_ONCE));
      }
    },
  };

  readonly job: JobDefinition<never> = {
    kind: SEARCH_KIND,
    queue: () => SEARCH_KIND,
    run: async (_payload, { signal, progress }) => {
      let ids = await this.words.idsAfter('', AT_ONCE);
      for (let looked = 0; ids.length > 0 && !signal.aborted; looked += ids.length) {
        const some = ids;
        await this.database.unitOfWork.run(SERVICE, () => this.lookAt(some));
        await progress(0.5, `${looked + some.length} pieces of feedback looked through`);
        ids = await this.words.idsAfter(some.at(-1)!, AT_ONCE);
      }
    },
  };

  /** In the open unit of work. */
  private async lookAt(ids: readonly string[]): Promise<void> {
    const { unitOfWork } = this.database;
    await unitOfWork.takeTurn(LIST_TURN);
    const list = await unitOfWork.repository(Competitor).find();
    const names = new CompetitorNames(
      list.map(({ id, name, aliases }) => ({ id, names: [name, ...aliases] })),
    );
    const said = list.length === 0 ? [] : await this.words.of(ids);
    const found = said.flatMap((words) =>
      names.in(words.text).map((competitorId) => ({ ...words, competitorId })),
    );
    const competitorIds = found.map(({ competitorId }) => competitorId);
    const feedbackIds = found.map(({ id }) => id);
    await unitOfWork.sql(FORGET, [ids, feedbackIds, competitorIds]);
    if (found.length === 0) return;
    await unitOfWork.sql(KEEP, [
      found.map(({ customerId }) => customerId),
      feedbackIds,
      competitorIds,
      found.map(({ endUserId }) => endUserId),
      found.map(({ saidAt }) => saidAt),
    ]);
  }
}
