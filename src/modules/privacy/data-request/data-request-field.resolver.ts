/** What a request shows beyond its row: whose it is, what was said, how far it is, and where its copy can be fetched. */
import { Ctx, FieldResolver, Float, Resolver, Root } from 'type-graphql';
import type { Clock } from '../../../kernel/clock';
import { Needs, type RequestContext, URLScalar } from '../../../platform/graphql';
import type { SignedLinks } from '../../../platform/http';
import { Customer, EndUser, type IdentityLoaders, may } from '../../identity';
import type { PrivacyLoaders } from '../privacy.loader';
import { copyPath } from './copy.routes';
import { DataRequest, DataRequestStatus } from './data-request.entity';
import type { DataRequestWords } from './data-request-words';

@Resolver(() => DataRequest)
export class DataRequestFieldResolver {
  constructor(
    private readonly identity: Pick<IdentityLoaders, 'endUserById' | 'customerById'>,
    private readonly loaders: Pick<PrivacyLoaders, 'jobById'>,
    private readonly words: DataRequestWords,
    private readonly links: SignedLinks,
    private readonly clock: Clock,
  ) {}

  @FieldResolver(() => EndUser, {
    nullable: true,
    description: 'The person; null for who may not see people.',
  })
  @Needs('endUserId')
  endUser(@Root() { endUserId }: DataRequest, @Ctx() context: RequestContext): Promise<EndUser | null> {
    return this.identity.endUserById(context).load(endUserId);
  }

  @FieldResolver(() => Customer, {
    nullable: true,
    description:
      'The customer whose person it is: two may know one by the same id. Null without customer:read, so for an end user’s token.',
  })
  @Needs('customerId')
  customer(
    @Root() { customerId }: DataRequest,
    @Ctx() context: RequestContext,
  ): Promise<Customer | null> | null {
    // From the customer its members and keys can be reached: no way for a token that lives in a browser.
    if (!may(context.principal, 'customer:read')) return null;
    return this.identity.customerById(context).load(customerId);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Id of the principal who made sure of it; null for an end user’s token.',
  })
  @Needs('identityVerifiedBy')
  identityVerifiedBy(
    @Root() { identityVerifiedBy }: DataRequest,
    @Ctx() { principal }: RequestContext,
  ): string | null {
    return principal.kind === 'END_USER' ? null : identityVerifiedBy;
  }

  @FieldResolver(() => Boolean, { description: 'Whether it is open and past its deadline.' })
  @Needs('closedAt', 'dueAt')
  isOverdue(@Root() { closedAt, dueAt }: DataRequest): boolean {
    return closedAt === null && new Date(dueAt) < this.clock.now();
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What exactly is asked, in the person’s words; null when they said no more, or were forgotten.',
  })
  @Needs('id', 'details')
  details(@Root() { id, details }: DataRequest): string | null {
    return this.words.open(id, 'details', details);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description:
      'What the person is told: what was corrected, or why it was refused; null where there is nothing to say.',
  })
  @Needs('id', 'answer')
  answer(@Root() { id, answer }: DataRequest): string | null {
    return this.words.open(id, 'answer', answer);
  }

  @FieldResolver(() => String, {
    nullable: true,
    description: 'Why it was extended, as the person is told; null where it was not.',
  })
  @Needs('id', 'extensionReason')
  extensionReason(@Root() { id, extensionReason }: DataRequest): string | null {
    return this.words.open(id, 'extensionReason', extensionReason);
  }

  @FieldResolver(() => Float, {
    nullable: true,
    description: 'How far its job is, 0 to 1; null when none is at work.',
  })
  @Needs('status', 'jobId')
  async progress(
    @Root() { status, jobId }: DataRequest,
    @Ctx() context: RequestContext,
  ): Promise<number | null> {
    if (status !== DataRequestStatus.IN_PROGRESS || jobId === null) return null;
    return (await this.loaders.jobById(context).load(jobId))?.progress ?? null;
  }

  @FieldResolver(() => URLScalar, {
    nullable: true,
    description:
      'The copy, a zip archive with a table in JSON and CSV each: null until it is made, after `copyUntil`, and once there is a newer one of its kind. The address works for 15 minutes; ask again for another.',
  })
  @Needs('id', 'copyHash', 'copyUntil')
  download(@Root() { id, copyHash, copyUntil }: DataRequest): string | null {
    const isThere = copyHash !== null && copyUntil !== null && new Date(copyUntil) > this.clock.now();
    return isThere ? this.links.sign(copyPath(id)) : null;
  }
}
