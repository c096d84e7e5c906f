/** Relay's Node: every type with an id can be found again by it. The type follows from the id's prefix alone. */
import { Field, ID, InterfaceType } from 'type-graphql';
import { typeNameOf } from '../../kernel/id';

@InterfaceType({
  description: 'Anything with an id.',
  resolveType: ({ id }: { id: string }) => typeNameOf(id),
})
export abstract class Node {
  @Field(() => ID, { description: 'Opaque, prefixed and sortable by time.' })
  id!: string;
}
