/**
 * Copies of what is kept about a person: made from what every module names, sealed before they are stored, handed out under an
 * address that expires, and gone after a week.
 */
import { createReadStream } from 'node:fs';
import type { Clock } from '../../../kernel/clock';
import { type BlobStore, isAway } from '../../../platform/blob';
import { type Crypto, openedLines, sealedLines } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import { eachApart, type JobContext, type JobDefinition } from '../../../platform/jobs';
import type { Log } from '../../../platform/log';
import { Customer, EndUser } from '../../identity';
import { archiveOf } from './copy-archive';
import type { DataRequest } from './data-request.entity';
import { DataAction, type DataRequestOutcome } from './data-request-outcome.type';
import type { PersonalDataService } from './personal-data.service';

const PURPOSE = 'data-request-copy';
const LIFETIME_MS = 7 * 24 * 3_600_000;

const KEPT = `select customer_id as "customerId", id, copy_hash as "copyHash" from data_requests where copy_hash is not null`;
const OF_PERSON = `${KEPT} and customer_id = $1 and end_user_id = $2`;
const EARLIER = `${OF_PERSON} and kind = $3 and id < $4`;
const EXPIRED = `${KEPT} and copy_until <= $1`;
const FORGET =
  'update data_requests set copy_hash = null, copy_until = null where customer_id = $1 and id = $2';

type KeptCopy = Pick<DataRequest, 'customerId' | 'id'> & { readonly copyHash: string };

export interface MadeCopy {
  readonly copyHash: string;
  readonly copyUntil: Date;
  readonly outcome: DataRequestOutcome[];
}

export class CopyService {
  constructor(
    private readonly database: Database,
    private readonly data: PersonalDataService,
    private readonly blobs: BlobStore,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** Makes the copy that a request asks for and stores it sealed. Whoever does not note it deletes it. */
  async make(request: DataRequest, { progress }: Pick<JobContext, 'progress'>): Promise<MadeCopy> {
    const at = this.clock.now();
    const outcome: DataRequestOutcome[] = [];
    for (const holder of this.data.holders) {
      if (!holder.copy) continue;
      const { table, holds, kept } = holder;
      const rows = await this.data.countOf(holder, request);
      outcome.push({ table, holds, kept, action: DataAction.COPIED, rows });
    }
    await progress(0.1, 'copying');
    const tables = this.data.holders.flatMap((holder) => {
      const { table, copy } = holder;
      return copy ? [{ table, pages: () => this.data.pagesOf(holder, copy, request) }] : [];
    });
    const archive = archiveOf(await this.contents(request, outcome, at), tables, at);
    const { hash } = await this.blobs.put(sealedLines(this.crypto, sealOf(request.id), archive));
    return { copyHash: hash, copyUntil: new Date(this.clock.millis() + LIFETIME_MS), outcome };
  }

  /** The archive, opened; while it is kept. @throws Error when its bytes are not those that were stored. */
  async *read(requestId: string, copyHash: string): AsyncGenerator<Buffer> {
    const sealed = createReadStream(await this.blobs.path(copyHash));
    yield* openedLines(this.crypto, sealOf(requestId), sealed as AsyncIterable<Buffer>);
  }

  async discard({ copyHash }: Pick<MadeCopy, 'copyHash'>): Promise<void> {
    await this.blobs.delete(copyHash);
  }

  /** The newest holds all that the others did, and a browser that asks every hour would fill the disk. */
  async forgetEarlier({ customerId, endUserId, kind, id }: DataRequest): Promise<void> {
    await this.remove(EARLIER, [customerId, endUserId, kind, id]);
  }

  /** No copy outlives what it is a copy of. */
  async forget(customerId: string, endUserId: string): Promise<void> {
    await this.remove(OF_PERSON, [customerId, endUserId]);
  }

  /** Forgets copies whose week is over. */
  retention(): JobDefinition<object> {
    return {
      kind: 'privacy.expire-copies',
      cron: '31 * * * *',
      run: () => this.remove(EXPIRED, [this.clock.now()]),
    };
  }

  /** The contents first: a row that names a copy which is gone is mended by the next run, a copy without a row by nobody. */
  private async remove(which: string, values: readonly unknown[]): Promise<void> {
    const { unitOfWork } = this.database;
    const gone = await unitOfWork.run(SERVICE, () => unitOfWork.sql<KeptCopy>(which, values));
    const failure = 'a copy of personal data could not be discarded';
    const of = ({ customerId, id }: KeptCopy) => ({ customerId, dataRequest: id });
    await eachApart(gone, { log: this.log, failure, of, isAway }, async (copy) => {
      await this.discard(copy);
      await unitOfWork.run(SERVICE, () => unitOfWork.sql(FORGET, [copy.customerId, copy.id]));
    });
  }

  private async contents(
    request: DataRequest,
    outcome: readonly DataRequestOutcome[],
    at: Date,
  ): Promise<object> {
    const { id, kind, customerId, endUserId, createdAt } = request;
    const { read } = this.database;
    const customer = await read.one(Customer, { scope: SERVICE, where: { id: customerId } });
    const person = await read.one(EndUser, { scope: SERVICE, where: { customerId, id: endUserId } });
    return {
      request: { id, kind, createdAt, copiedAt: at },
      controller: { id: customerId, name: customer!.name },
      person: { id: endUserId, externalId: person!.externalId },
      rights:
        'You may ask for correction, restriction or erasure, object to a use, and complain to a supervisory authority.',
      tables: outcome.map(({ table, holds, kept, rows }) => ({
        table,
        holds,
        kept,
        rows,
        files: [`${table}.json`, `${table}.csv`],
      })),
    };
  }
}

function sealOf(requestId: string): { purpose: string; context: string } {
  return { purpose: PURPOSE, context: `data_requests:${requestId}:copy` };
}
