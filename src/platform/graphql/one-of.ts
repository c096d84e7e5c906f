/** `@OneOf()` on an input type: exactly one of its fields is given. type-graphql has no word for it; graphql-js does. */
import { type GraphQLSchema, isInputObjectType } from 'graphql';
import { Extensions } from 'type-graphql';

interface InputExtensions {
  readonly oneOf?: boolean;
}

export function OneOf(): ClassDecorator {
  return Extensions({ oneOf: true }) as ClassDecorator;
}

/** From then on clients see `@oneOf` in the schema, and what breaks it is refused before anything runs. */
export function markOneOf(schema: GraphQLSchema): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isInputObjectType(type) || !(type.extensions as InputExtensions).oneOf) continue;
    type.isOneOf = true;
  }
}
