/** To which groups people belong, told by them or for them, and shown to nobody but them and their customer. */
import { ArrayMaxSize, ArrayMinSize, IsOptional, Length, MaxLength } from 'class-validator';
import {
  Arg,
  Ctx,
  Field,
  FieldResolver,
  InputType,
  Mutation,
  ObjectType,
  Resolver,
  Root,
} from 'type-graphql';
import { defineLoader, MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { Can, EndUser, type IdentityLoaders, may } from '../../identity';
import { PersonInput, type PrivacyModule } from '../../privacy';
import { EndUserGroup } from './end-user-group.entity';
import type { EndUserGroupsService } from './end-user-groups.service';

@InputType({ description: 'The group of one attribute.' })
export class EndUserGroupInput {
  @Field(() => String, {
    description: 'The attribute, as a fairness monitor of a deployment names it.',
  })
  @Length(1, 60)
  attribute!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'One of its groups, or a number where it has ranges; at most 60 letters. Null takes back what was told.',
  })
  @IsOptional()
  @MaxLength(60)
  value?: string | null;
}

@InputType({ description: 'To which groups a person belongs.' })
export class EndUserGroupsRecordInput extends PersonInput {
  @Field(() => [EndUserGroupInput], { description: 'By attribute, 1–20. What is not named stays as it is.' })
  @ArrayMinSize(1)
  @ArrayMaxSize(20)
  groups!: EndUserGroupInput[];
}

@ObjectType({ description: 'The person whose groups were recorded.' })
class EndUserGroupsRecordPayload extends MutationPayload {
  @Field(() => EndUser, { nullable: true, description: 'The person; null when there are errors.' })
  endUser?: EndUser | null;
}

@Resolver(() => EndUser)
export class EndUserGroupsResolver {
  private readonly groupsOf = defineLoader<string, EndUserGroup[]>((ids, { scope }) =>
    this.service.ofPeople(scope, ids),
  );

  constructor(
    private readonly service: EndUserGroupsService,
    private readonly people: PrivacyModule['people'],
    private readonly endUsers: Pick<IdentityLoaders, 'endUserById'>,
  ) {}

  @Mutation(() => EndUserGroupsRecordPayload, {
    nullable: true,
    description:
      'Records to which groups a person belongs, to see whether all are treated alike, and for nothing else: sealed, only for what a fairness monitor watches, and only while the person agrees to FAIRNESS_MONITORING; withdrawn, it is deleted. Needs end-user-groups:record. Event: end-user-groups.recorded. Costs nothing.',
  })
  @Can('end-user-groups:record')
  async endUserGroupsRecord(
    @Arg('input', () => EndUserGroupsRecordInput, { description: 'The groups.' })
    input: EndUserGroupsRecordInput,
    @Ctx() context: RequestContext,
  ): Promise<EndUserGroupsRecordPayload> {
    const person = await this.people.known(context.principal, input);
    await this.service.record(person, input.groups, context.principal);
    return { endUser: await this.endUsers.endUserById(context).load(person.endUserId), errors: [] };
  }

  @FieldResolver(() => [EndUserGroup], {
    nullable: true,
    description:
      'To which groups they belong, as it was told; none once they no longer agree. Null for staff, and for whoever lacks end-user-groups:read.',
  })
  @Needs('id')
  groups(@Root() { id }: EndUser, @Ctx() context: RequestContext): Promise<EndUserGroup[]> | null {
    return may(context.principal, 'end-user-groups:read') ? this.groupsOf(context).load(id) : null;
  }
}
