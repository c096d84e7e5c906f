/** The last step of a job that keeps something: whoever cancels it waits for that step, or has been there before it. */
import type { UnitOfWork } from '../database';
import { hasEnded, type JobStatus } from './job.entity';

/**
 * In the open unit of work, at whose end the job is free again for those who cancel it or run it a second time.
 * @throws DOMException AbortError when it has ended for everybody else: then nothing is to be kept.
 */
export async function holdStandingJob(unitOfWork: UnitOfWork, jobId: string): Promise<void> {
  const [job] = await unitOfWork.sql<{ status: JobStatus }>(
    'select status from jobs where id = $1 for update',
    [jobId],
  );
  if (hasEnded(job!.status)) throw new DOMException('The job was cancelled.', 'AbortError');
}
