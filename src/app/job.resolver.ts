/** Long work as its owner sees it: poll, watch, cancel. */
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  ID,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { AppError, type ErrorCode, notFound } from '../kernel/errors';
import { Can } from '../modules/identity';
import { type Database, SERVICE } from '../platform/database';
import type { Events } from '../platform/events';
import {
  MutationPayload,
  Needs,
  Node,
  type RequestContext,
  UserError,
  userErrorOf,
} from '../platform/graphql';
import { hasEnded, Job, JOB_CHANNEL, type Jobs } from '../platform/jobs';
import type { NodeSource } from '../platform/module';

const JOB_CANCELLED = 'job.cancelled';

@InputType({ description: 'Which job to cancel.' })
class JobCancelInput {
  @Field(() => ID, { description: 'Its id.' })
  id!: string;
}

@ObjectType({ description: 'The cancelled job.' })
class JobCancelPayload extends MutationPayload {
  @Field(() => Job, { nullable: true, description: 'The job as it now stands; null when there are errors.' })
  job?: Job | null;
}

@Resolver(() => Job)
export class JobResolver {
  constructor(
    private readonly database: Database,
    private readonly jobs: Jobs,
    private readonly events: Events,
    private readonly nodes: () => readonly NodeSource[],
  ) {}

  @FieldResolver(() => Node, {
    nullable: true,
    description: 'What it made; null until it succeeded, or when it makes nothing.',
  })
  @Needs('resultId')
  async result(@Root() { resultId }: Job, @Ctx() context: RequestContext): Promise<object | null> {
    if (!resultId) return null;
    const source = this.nodes().find(({ prefix }) => resultId.startsWith(`${prefix}_`));
    const [row] = source?.allows(context) ? await source.load([resultId], context, undefined) : [];
    return row ?? null;
  }

  @FieldResolver(() => UserError, { nullable: true, description: 'Why it failed; null unless it did.' })
  @Needs('errorCode', 'errorMessage')
  error(@Root() { errorCode, errorMessage }: Job): UserError | null {
    return errorCode ? userErrorOf(new AppError(errorCode as ErrorCode, errorMessage ?? '')) : null;
  }

  @Mutation(() => JobCancelPayload, {
    nullable: true,
    description:
      'Asks a job to stop; nothing that it began is kept. Needs job:cancel. Event: job.cancelled. Costs nothing.',
  })
  @Can('job:cancel')
  async jobCancel(
    @Arg('input', () => JobCancelInput, { description: 'Which job.' }) { id }: JobCancelInput,
    @Ctx() context: RequestContext,
  ): Promise<JobCancelPayload> {
    const job = await this.find(id, context);
    if (!job) throw notFound(['input', 'id']);
    await this.database.unitOfWork.run(SERVICE, async () => {
      const { customerId } = job;
      if (await this.jobs.cancel(id))
        await this.events.emit({ type: JOB_CANCELLED, subject: id, customerId });
    });
    return { job: await this.find(id, context), errors: [] };
  }

  @Subscription(() => Job, {
    nullable: true,
    topics: JOB_CHANNEL,
    topicId: ({ args }: { args: { id: string } }) => args.id,
    description:
      'The job at once and at each change, until it has ended; NOT_FOUND when there is none for the caller. Needs job:read.',
  })
  @Can('job:read')
  async jobUpdated(
    @Arg('id', () => ID, { description: 'Which job.' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<Job> {
    const job = await this.find(id, context);
    if (!job || hasEnded(job.status)) context.endStream();
    if (!job) throw notFound(['id']);
    return job;
  }

  private find(id: string, { scope }: RequestContext): Promise<Job | null> {
    return this.database.read.one(Job, { scope, where: { id } });
  }
}
