/** Whom to ask: the person concerned has no login, so it is told to everyone. */
import { Ctx, Field, ObjectType, Query, Resolver } from 'type-graphql';
import { Public } from '../modules/identity';
import type { Config } from '../platform/config';
import { type RequestContext, URLScalar } from '../platform/graphql';

@ObjectType({ description: 'Whom to ask who runs this service, without a login.' })
class Contacts {
  @Field(() => URLScalar, {
    nullable: true,
    description:
      'Where people ask about their own data, the data protection officer as a rule: `mailto:` or `https:`. Null where the operator has named nobody.',
  })
  privacy!: string | null;

  @Field(() => URLScalar, {
    nullable: true,
    description:
      'Where a hole in the service is told of, as `/.well-known/security.txt` says it too. Null where the operator has named nobody.',
  })
  security!: string | null;
}

@Resolver()
export class ContactsResolver {
  constructor(private readonly config: Config) {}

  @Query(() => Contacts, { description: 'Whom to ask who runs this service. Open to everyone.' })
  @Public()
  contacts(@Ctx() _context: RequestContext): Contacts {
    const { privacyContact: privacy, securityContact: security } = this.config;
    return { privacy: privacy ?? null, security: security ?? null };
  }
}
