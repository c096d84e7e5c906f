/**
 * Says whether somebody may be asked now, and notes that they were: nobody again within so many days, and nobody who has just answered.
 * Whoever asks at the same moment from two places is told yes once.
 */
import type { Clock } from '../../../kernel/clock';
import { invalidInput } from '../../../kernel/errors';
import { type Database, tenant } from '../../../platform/database';
import type { RequestContext } from '../../../platform/graphql';
import type { FeedbackGiver, FeedbackGiverService } from '../feedback-giver.service';
import type { SurveyAskInput } from './survey.type';
import { SURVEY_MS } from './survey-question';

const LAST = `select greatest(
    (select max(asked_at) from survey_asks where customer_id = $1 and giver = $2),
    (select max(created_at) from feedback where customer_id = $1 and giver = $2 and kind = 'PMF')) as last`;

const ASKED = 'insert into survey_asks (customer_id, giver, end_user_id, asked_at) values ($1, $2, $3, $4)';

const ANSWERED = `select id from feedback where customer_id = $1 and giver = $2 and kind = 'PMF' and created_at > $3
  order by created_at desc limit 1`;

export interface SurveyTurn {
  /** Whether to ask now. */
  readonly due: boolean;
  /** From when on the person may be asked again. */
  readonly nextAt: Date;
}

export class SurveyService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly givers: Pick<FeedbackGiverService, 'giverOf'>,
  ) {}

  /** @throws AppError INVALID_INPUT where nobody is named; PROCESSING_RESTRICTED about a person whose data are not to be used. */
  async ask(context: RequestContext, input: SurveyAskInput): Promise<SurveyTurn> {
    if (context.principal.kind === 'API_KEY' && !input.endUserExternalId)
      throw invalidInput(['input', 'endUserExternalId'], 'Name the person who is to be asked.', 'required');
    const giver = await this.givers.giverOf(context, input);
    const { unitOfWork } = this.database;
    return unitOfWork.run(tenant(giver.customerId), async () => {
      await this.turnOf(giver);
      const now = this.clock.now();
      const whose = [giver.customerId, giver.giver];
      const [row] = await unitOfWork.sql<{ last: Date | null }>(LAST, whose);
      const nextAt = row!.last && new Date(row!.last.getTime() + SURVEY_MS);
      if (nextAt && nextAt > now) return { due: false, nextAt };
      await unitOfWork.sql(ASKED, [...whose, giver.endUserId, now]);
      return { due: true, nextAt: new Date(now.getTime() + SURVEY_MS) };
    });
  }

  /** The answer that a new one takes the place of, in the open unit of work; null when there is none. */
  async answered(giver: FeedbackGiver): Promise<string | null> {
    await this.turnOf(giver);
    const since = new Date(this.clock.millis() - SURVEY_MS);
    const [row] = await this.database.unitOfWork.sql<{ id: string }>(ANSWERED, [
      giver.customerId,
      giver.giver,
      since,
    ]);
    return row?.id ?? null;
  }

  private turnOf({ customerId, giver }: FeedbackGiver): Promise<void> {
    return this.database.unitOfWork.takeTurn(`survey ${customerId} ${giver}`);
  }
}
