/** Carries out a request: makes the copy, or forgets the person. Killed in the middle, it goes on where it stood. */
import { notFound } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { JobContext, JobDefinition } from '../../../platform/jobs';
import type { CopyService } from './copy.service';
import { DataRequest, DataRequestKind, DataRequestStatus } from './data-request.entity';
import { DATA_REQUEST_JOB, type DataRequestPlace, type DataRequestService } from './data-request.service';
import type { ErasureService } from './erasure.service';

/** Whoever is being erased waits for this, and is gone after it. */
const IS_THERE = 'select from end_users where customer_id = $1 and id = $2 and erased_at is null for share';
const ERASED_MEANWHILE = 'What was kept about the person was erased before this could be done.';

export interface DataRequestJobDoors {
  readonly database: Database;
  readonly requests: DataRequestService;
  readonly copies: CopyService;
  readonly erasures: ErasureService;
}

export function dataRequestJob({
  database,
  requests,
  copies,
  erasures,
}: DataRequestJobDoors): JobDefinition<DataRequestPlace> {
  const { unitOfWork } = database;

  async function copy(request: DataRequest, context: JobContext): Promise<void> {
    const made = await copies.make(request, context);
    const isNoted = await unitOfWork.run(SERVICE, async () => {
      const there = await unitOfWork.sql(IS_THERE, [request.customerId, request.endUserId]);
      if (there.length > 0) return requests.close(request, DataRequestStatus.DONE, made);
      await requests.close(request, DataRequestStatus.REFUSED, { answer: ERASED_MEANWHILE });
      return false;
    });
    await (isNoted ? copies.forgetEarlier(request) : copies.discard(made));
  }

  async function erase(request: DataRequest, context: JobContext): Promise<void> {
    const { customerId, endUserId, id } = request;
    const table = (): ReturnType<typeof unitOfWork.repository<DataRequest>> =>
      unitOfWork.repository(DataRequest);
    const outcome = await erasures.erase(
      request,
      request.outcome ?? [],
      async (done) => void (await table().update({ customerId, id }, { outcome: done })),
      context,
    );
    await unitOfWork.run(SERVICE, async () => {
      await requests.close(request, DataRequestStatus.DONE, { outcome });
      // Of nobody there is nothing left to copy or to correct.
      const others = await table().find({ where: { customerId, endUserId } });
      for (const other of others)
        await requests.close(other, DataRequestStatus.REFUSED, { answer: ERASED_MEANWHILE });
    });
  }

  return {
    kind: DATA_REQUEST_JOB,
    queue: ({ customerId }) => `data requests of ${customerId}`,
    run: async ({ customerId, requestId }, context) => {
      const where = { customerId, id: requestId };
      const request = await database.read.one(DataRequest, { scope: SERVICE, where });
      if (!request) throw notFound(['input', 'id']);
      if (request.closedAt) return requestId;
      await (request.kind === DataRequestKind.ERASURE ? erase : copy)(request, context);
      return requestId;
    },
    // Its deadline goes on running, and somebody can begin it anew.
    abandon: async ({ jobId }, place) => {
      if (place) await requests.giveBack(place, jobId);
    },
  };
}
