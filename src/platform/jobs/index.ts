export { GraphileJobs } from './graphile-jobs';
export type { EnqueueOptions, JobContext, JobDefinition, Jobs } from './job';
export { Job, JobStatus } from './job.entity';
export { JOB_CHANNEL } from './job-queue';
