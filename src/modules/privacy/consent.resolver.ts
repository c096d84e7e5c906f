/** Giving and withdrawing consent, and the receipt of what was said. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Field, FieldResolver, Info, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { type Database, tenant } from '../../platform/database';
import {
  JoinedField,
  MutationPayload,
  Needs,
  type RequestContext,
  selectionOf,
  URLScalar,
} from '../../platform/graphql';
import type { SignedLinks } from '../../platform/http';
import { Can, EndUser, type IdentityLoaders } from '../identity';
import { GLOBAL_PRIVACY_CONTROL_PURPOSES } from './consent-purpose';
import { receiptPath } from './consent-receipt';
import { CollectionMethod, ConsentRecord } from './consent-record.entity';
import { ConsentState } from './consent-state.entity';
import { ConsentText } from './consent-text/consent-text.entity';
import type { ConsentService } from './consent.service';
import type { PersonService } from './person.service';
import { globalPrivacyControlSaysNo, methodIsNotYours } from './privacy.errors';
import { ConsentRecordInput } from './privacy.input';
import type { PrivacyLoaders } from './privacy.loader';

@ObjectType({ description: 'What was recorded, and where the purpose stands now.' })
class ConsentPayload extends MutationPayload {
  @Field(() => ConsentRecord, { nullable: true, description: 'The new record; null when there are errors.' })
  record?: ConsentRecord | null;

  @Field(() => ConsentState, {
    nullable: true,
    description: 'Where the purpose stands now; null when there are errors.',
  })
  state?: ConsentState | null;

  @Field(() => EndUser, { nullable: true, description: 'The person; null when there are errors.' })
  endUser?: EndUser | null;
}

const FOREIGN_METHODS: readonly (CollectionMethod | null | undefined)[] = [
  CollectionMethod.SELF_SERVICE,
  CollectionMethod.GLOBAL_PRIVACY_CONTROL,
  CollectionMethod.REGISTER,
  CollectionMethod.DATA_REQUEST,
];

@Resolver()
export class ConsentResolver {
  constructor(
    private readonly consents: ConsentService,
    private readonly people: PersonService,
    private readonly endUsers: Pick<IdentityLoaders, 'endUserById'>,
    private readonly database: Database,
  ) {}

  @Mutation(() => ConsentPayload, {
    nullable: true,
    description:
      'Gives or withdraws consent to one purpose, in one call either way; effective for the next request. A person whom you name for the first time is made known. Needs consent:record. Events: consent.given, consent.withdrawn. Costs nothing.',
  })
  @Can('consent:record')
  async consentRecord(
    @Arg('input', () => ConsentRecordInput, { description: 'The yes or no.' }) input: ConsentRecordInput,
    @Ctx() context: RequestContext,
    @Info() info: GraphQLResolveInfo,
  ): Promise<ConsentPayload> {
    const { principal } = context;
    const isOwn = principal.kind === 'END_USER';
    if (!isOwn && FOREIGN_METHODS.includes(input.method)) throw methodIsNotYours();
    const { purpose, granted, textVersion, language, evidence } = input;
    if (
      isOwn &&
      granted &&
      context.globalPrivacyControl &&
      GLOBAL_PRIVACY_CONTROL_PURPOSES.includes(purpose)
    ) {
      throw globalPrivacyControlSaysNo(purpose);
    }
    // Before a person is made known: what is refused leaves nobody behind.
    await this.consents.textOf(input);
    const { customerId, endUserId } = await this.people.concerned(principal, input);
    const { id } = await this.consents.record({
      customerId,
      endUserId,
      purpose,
      granted,
      textVersion,
      language,
      evidence,
      method: isOwn ? CollectionMethod.SELF_SERVICE : (input.method ?? CollectionMethod.FORM),
      by: principal,
    });
    const scope = tenant(customerId);
    const selection = selectionOf(info, 'record');
    return {
      record: await this.database.read.one(ConsentRecord, { scope, where: { customerId, id }, selection }),
      state: await this.database.read.one(ConsentState, { scope, where: { customerId, endUserId, purpose } }),
      endUser: await this.endUsers.endUserById(context).load(endUserId),
      errors: [],
    };
  }
}

@Resolver(() => ConsentRecord)
export class ConsentRecordResolver {
  constructor(
    private readonly loaders: PrivacyLoaders,
    private readonly links: SignedLinks,
  ) {}

  @JoinedField(() => ConsentText, {
    nullable: true,
    description: 'The text that was shown, in the version and language in which it was.',
  })
  @Needs('textId')
  text(
    @Root() { text, textId }: ConsentRecord,
    @Ctx() context: RequestContext,
  ): Promise<ConsentText | null> | ConsentText {
    return text ?? this.loaders.consentTextById(context).load(textId);
  }

  @FieldResolver(() => URLScalar, {
    nullable: true,
    description: 'A signed receipt to keep (JSON). The address works for 15 minutes.',
  })
  @Needs('id')
  receipt(@Root() { id }: ConsentRecord): string {
    return this.links.sign(receiptPath(id));
  }
}
