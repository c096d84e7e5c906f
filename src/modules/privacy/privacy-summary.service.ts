/** Counts for accounts of what was done: consents given and withdrawn, requests and their deadlines. Nobody is named. */
import type { Clock } from '../../kernel/clock';
import type { Period } from '../../kernel/period';
import { type Database, SERVICE } from '../../platform/database';
import type { ConsentPurpose } from './consent-purpose';
import type { DataRequestKind } from './data-request/data-request.entity';

export interface ConsentCount {
  readonly purpose: ConsentPurpose;
  readonly textVersion: number;
  readonly language: string;
  readonly given: number;
  readonly withdrawn: number;
}

export interface StandingConsent {
  readonly purpose: ConsentPurpose;
  /** People who agree at the end of the period, and those who were ever asked until then. */
  readonly agreeing: number;
  readonly asked: number;
}

export interface DataRequestCount {
  readonly kind: DataRequestKind;
  readonly received: number;
  readonly closed: number;
  /** Extended within the period (GDPR Art. 12(3)). */
  readonly extended: number;
  /** Open and past their deadline at the end of the period. */
  readonly overdue: number;
}

const BY_TEXT = `select r.purpose, t.version as "textVersion", t.language,
    count(*) filter (where r.granted)::int as given, count(*) filter (where not r.granted)::int as withdrawn
  from consent_records r join consent_texts t on t.id = r.text_id
  where r.at >= $1 and r.at < $2 and ($3::text is null or r.customer_id = $3)
  group by 1, 2, 3 order by 1, 2, 3`;

/** Whoever was forgotten agrees to nothing any more, and was asked by nobody who could say so. */
const STANDING = `select purpose, count(*) filter (where granted)::int as agreeing, count(*)::int as asked
  from (select distinct on (customer_id, end_user_id, purpose) customer_id, end_user_id, purpose, granted from consent_records
    where at < $1 and ($2::text is null or customer_id = $2)
    order by customer_id, end_user_id, purpose, at desc, id desc) as last
  where not exists (select from end_users gone
    where gone.customer_id = last.customer_id and gone.id = last.end_user_id and gone.erased_at < $1)
  group by 1 order by 1`;

/** What was extended was not overdue before: that is done only while the first deadline has not passed. */
const REQUESTS = `select kind, count(*) filter (where created_at >= $1)::int as received,
    count(*) filter (where closed_at >= $1 and closed_at < $2)::int as closed,
    count(*) filter (where extended_at >= $1 and extended_at < $2)::int as extended,
    count(*) filter (where due_at < $2 and (closed_at is null or closed_at >= $2))::int as overdue
  from data_requests where created_at < $2 and ($3::text is null or customer_id = $3)
  group by 1 order by 1`;

export class PrivacySummaryService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Records of the period by purpose and text version; of one customer or of all. */
  consents({ from, to }: Period, customerId?: string | null): Promise<ConsentCount[]> {
    return this.database.read.sql(SERVICE, 'privacy consents by text', BY_TEXT, [
      from,
      to,
      customerId ?? null,
    ]);
  }

  /** Where consent stood at the end of the period. */
  standing({ to }: Period, customerId?: string | null): Promise<StandingConsent[]> {
    return this.database.read.sql(SERVICE, 'privacy standing consent', STANDING, [to, customerId ?? null]);
  }

  /** A period that has not ended yet is judged as of now. */
  dataRequests({ from, to }: Period, customerId?: string | null): Promise<DataRequestCount[]> {
    const now = this.clock.now();
    const values = [from, to < now ? to : now, customerId ?? null];
    return this.database.read.sql(SERVICE, 'privacy data requests', REQUESTS, values);
  }
}
