/** Contacts as staff note and read them. */
import { Arg, Ctx, Field, FieldResolver, Mutation, ObjectType, Resolver, Root } from 'type-graphql';
import { MutationPayload, Needs, type RequestContext } from '../../../platform/graphql';
import { Can } from '../../identity';
import { ContactNoteInput } from './contact.input';
import type { ContactService } from './contact.service';
import { CustomerContact } from './customer-contact.entity';

@ObjectType({ description: 'The contact that was noted.' })
class ContactPayload extends MutationPayload {
  @Field(() => CustomerContact, { nullable: true, description: 'The contact; null when there are errors.' })
  contact?: CustomerContact | null;
}

@Resolver(() => CustomerContact)
export class ContactResolver {
  constructor(private readonly contacts: ContactService) {}

  @FieldResolver(() => String, {
    nullable: true,
    description: 'In short about what; null once its time is over.',
  })
  @Needs('id', 'summary')
  summary(@Root() contact: CustomerContact): string | null {
    return this.contacts.summaryOf(contact);
  }

  @Mutation(() => ContactPayload, {
    nullable: true,
    description:
      'Notes that you spoke with a customer; it is on the customer’s timeline. Needs market:manage. Event: contact.noted. Costs nothing.',
  })
  @Can('market:manage')
  async contactNote(
    @Arg('input', () => ContactNoteInput, { description: 'The contact.' }) input: ContactNoteInput,
    @Ctx() { principal }: RequestContext,
  ): Promise<ContactPayload> {
    return { contact: await this.contacts.note(input, principal), errors: [] };
  }
}
