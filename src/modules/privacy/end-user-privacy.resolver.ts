/** What a person's own page shows: where each consent stands, how it came to that, and what they asked for. */
import type { GraphQLResolveInfo } from 'graphql';
import { Args, Ctx, FieldResolver, Info, Resolver, Root } from 'type-graphql';
import type { Database } from '../../platform/database';
import { Needs, PageArgs, pageWithin, type RequestContext } from '../../platform/graphql';
import { authorize, EndUser } from '../identity';
import { ConsentRecord, ConsentRecordConnection } from './consent-record.entity';
import { ConsentState } from './consent-state.entity';
import { DataRequest } from './data-request/data-request.entity';
import type { PersonalDataAccess } from './personal-data-access';
import type { PrivacyLoaders } from './privacy.loader';

@Resolver(() => EndUser)
export class EndUserPrivacyResolver {
  constructor(
    private readonly database: Database,
    private readonly loaders: PrivacyLoaders,
    private readonly access: PersonalDataAccess,
  ) {}

  @FieldResolver(() => [ConsentState], { description: 'Where each purpose stands now, one entry a purpose.' })
  @Needs('id', 'customerId')
  async consents(@Root() person: EndUser, @Ctx() context: RequestContext): Promise<ConsentState[]> {
    authorize(context, 'consent:read');
    await this.access.note(context, person.customerId, person.id, 'consents');
    return this.loaders.consentsOf(context).load(person.id);
  }

  @FieldResolver(() => ConsentRecordConnection, { description: 'Every yes and no, newest first.' })
  @Needs('id', 'customerId')
  async consentHistory(
    @Root() { id, customerId }: EndUser,
    @Args(() => PageArgs) page: PageArgs,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConsentRecordConnection> {
    authorize(context, 'consent:read');
    await this.access.note(context, customerId, id, 'consentHistory');
    const history = { entity: ConsentRecord, within: { customerId, endUserId: id }, page };
    return pageWithin(this.database, history, context, info);
  }

  @FieldResolver(() => [DataRequest], {
    description: 'What the person asked for about their own data, newest first.',
  })
  @Needs('id', 'customerId')
  async dataRequests(@Root() person: EndUser, @Ctx() context: RequestContext): Promise<DataRequest[]> {
    authorize(context, 'data-request:read');
    await this.access.note(context, person.customerId, person.id, 'dataRequests');
    return this.loaders.dataRequestsOf(context).load(person.id);
  }
}
