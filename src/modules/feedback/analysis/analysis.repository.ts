/**
 * Words that were not read yet, and what is kept of those that were. Whatever is kept, the statement that keeps it looks once more
 * whether the very same words still stand and their person may be read: meanwhile they may have been changed or taken back.
 */
import type { Clock } from '../../../kernel/clock';
import { type Database, SERVICE } from '../../../platform/database';
import { PERSON_OPEN_SQL } from '../../identity';
import type { SentimentLabel } from './sentiment';

export interface Words {
  readonly customerId: string;
  readonly id: string;
  readonly text: string;
}

export interface JudgedWords extends Words {
  readonly label: SentimentLabel | null;
  readonly score: number | null;
}

export interface EmbeddedWords extends Words {
  readonly embedding: Buffer | null;
  readonly sketch: string | null;
}

/** Which of the two a version was asked for. */
export type Reading = 'sentiment' | 'embedding';

const OPEN = PERSON_OPEN_SQL('said.customer_id', 'said.end_user_id');

/**
 * Which words are unread is seen by two indexes alone, side by side in the order of ids; the words themselves, which lie beside vectors a
 * block apart, are fetched of those alone. Among given ids it is a statement of its own: one for both reads everything where its plan
 * is made once for all parameters.
 */
const UNREAD = (reading: Reading, among = ''): string => `select customer_id as "customerId", id, text
  from feedback join (
    select said.id from feedback as said left join feedback_analyses as made on made.feedback_id = said.id
    where said.text is not null and said.withdrawn_at is null and said.id > $2 ${among}
      and made.${reading}_version_id is distinct from $1 and ${OPEN}
    order by said.id limit $3
  ) as unread using (id) order by id`;
const AMONG = 'and said.id = any($4)';

/** A share lock: whoever changes the words meanwhile waits, and then finds what it must delete. */
const STANDING = `join feedback as said on said.customer_id = read.customer_id and said.id = read.id
    and said.text = read.words and said.withdrawn_at is null and ${OPEN} for share of said`;

const KEEP_SENTIMENT = `insert into feedback_analyses as kept
    (customer_id, feedback_id, end_user_id, sentiment_label, sentiment_score, sentiment_version_id, analysed_at)
  select said.customer_id, said.id, said.end_user_id, read.label, read.score, $1, $2
  from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::float8[]) as read (customer_id, id, words, label, score)
    ${STANDING}
  on conflict (customer_id, feedback_id) do update set sentiment_label = excluded.sentiment_label,
    sentiment_score = excluded.sentiment_score, sentiment_version_id = excluded.sentiment_version_id,
    analysed_at = excluded.analysed_at`;

const KEEP_EMBEDDING = `insert into feedback_analyses as kept
    (customer_id, feedback_id, end_user_id, embedding, sketch, embedding_version_id, analysed_at)
  select said.customer_id, said.id, said.end_user_id, decode(read.vector, 'base64'), read.sketch::bit varying, $1, $2
  from unnest($3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) as read (customer_id, id, words, vector, sketch)
    ${STANDING}
  on conflict (customer_id, feedback_id) do update set embedding = excluded.embedding, sketch = excluded.sketch,
    embedding_version_id = excluded.embedding_version_id, analysed_at = excluded.analysed_at`;

export class AnalysisRepository {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Words that this version has not read, by id. @param ids only of these; null = of all. */
  unread(
    reading: Reading,
    versionId: string,
    { ids, after, limit }: { ids: readonly string[] | null; after: string; limit: number },
  ): Promise<Words[]> {
    const { read } = this.database;
    const values = [versionId, after, limit];
    if (ids === null) return read.sql<Words>(SERVICE, `feedback.unread-${reading}`, UNREAD(reading), values);
    const [name, text] = [`feedback.unread-${reading}-among`, UNREAD(reading, AMONG)];
    return read.sql<Words>(SERVICE, name, text, [...values, ids]);
  }

  async keepSentiment(versionId: string, judged: readonly JudgedWords[]): Promise<void> {
    const figures = [judged.map(({ label }) => label), judged.map(({ score }) => score)];
    await this.keep(KEEP_SENTIMENT, versionId, judged, figures);
  }

  async keepEmbedding(versionId: string, embedded: readonly EmbeddedWords[]): Promise<void> {
    const vectors = embedded.map(({ embedding }) => embedding?.toString('base64') ?? null);
    await this.keep(KEEP_EMBEDDING, versionId, embedded, [vectors, embedded.map(({ sketch }) => sketch)]);
  }

  private async keep(
    text: string,
    versionId: string,
    words: readonly Words[],
    figures: readonly (readonly unknown[])[],
  ): Promise<void> {
    const [customers, ids] = [words.map(({ customerId }) => customerId), words.map(({ id }) => id)];
    const texts = words.map((one) => one.text);
    const values = [versionId, this.clock.now(), customers, ids, texts, ...figures];
    await this.database.unitOfWork.run(SERVICE, () => this.database.unitOfWork.sql(text, values));
  }
}
