/** Members and staff say themselves what they are called. */
import { Arg, Ctx, Field, Mutation, ObjectType, Resolver } from 'type-graphql';
import { AppError } from '../../../kernel/errors';
import { MutationPayload, type RequestContext } from '../../../platform/graphql';
import { Public } from '../access';
import { Viewer, viewerOf } from '../viewer.type';
import { loginIdOf, type OwnLogin } from './own-login.service';
import { NameChangeInput } from './recovery.input';

@ObjectType({ description: 'The name of the caller as it is now.' })
class NameChangePayload extends MutationPayload {
  @Field(() => String, { nullable: true, description: 'The name; null when there is none, or errors.' })
  name?: string | null;

  @Field(() => Viewer, {
    nullable: true,
    description: 'The caller as it is now: a cache needs no second question. Null when there are errors.',
  })
  viewer?: Viewer | null;
}

@Resolver()
export class NameResolver {
  constructor(private readonly own: OwnLogin) {}

  @Mutation(() => NameChangePayload, {
    nullable: true,
    description:
      'Gives the member or the staff who calls another name, or none. Needs a session of either. Event: member.changed or staff.changed. Costs nothing.',
  })
  @Public()
  async nameChange(
    @Arg('input', () => NameChangeInput, { description: 'The name.' }) { name = null }: NameChangeInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<NameChangePayload> {
    const id = loginIdOf(principal);
    if (principal.kind === 'STAFF' && principal.mustChangePassword)
      throw new AppError('FORBIDDEN', 'Change the one-time password first.');
    return { name: await this.own.rename(id, name), viewer: viewerOf(principal), errors: [] };
  }
}
