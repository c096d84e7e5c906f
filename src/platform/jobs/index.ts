export { eachApart, SomeFailed } from './each-apart';
export { GraphileJobs } from './graphile-jobs';
export { type JobContext, type JobDefinition, JobPaused, JobPutOff, type Jobs, type UndoneJob } from './job';
export { hasEnded, Job, JobStatus } from './job.entity';
export { monthsJob } from './months.job';
export { JOB_CHANNEL } from './job-queue';
export { holdStandingJob } from './standing-job';
