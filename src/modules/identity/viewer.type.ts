/** The viewer: who am I, and what may I do. Whatever changes a login of the caller answers it anew, so that a cache needs no second question. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Principal } from '../../kernel/principal';
import { permissionsOf } from './permissions';

type VisibleKind = Exclude<Principal['kind'], 'SYSTEM'>;

const PrincipalKind: { readonly [kind in VisibleKind]: kind } = {
  STAFF: 'STAFF',
  MEMBER: 'MEMBER',
  API_KEY: 'API_KEY',
  END_USER: 'END_USER',
  ANONYMOUS: 'ANONYMOUS',
};

registerEnumType(PrincipalKind, {
  name: 'PrincipalKind',
  description: 'What kind of caller this is.',
  valuesConfig: {
    STAFF: { description: 'The operator’s staff.' },
    MEMBER: { description: 'A member of a customer.' },
    API_KEY: { description: 'A customer’s server.' },
    END_USER: { description: 'A person who uses the customer’s product.' },
    ANONYMOUS: { description: 'Nobody we know.' },
  },
});

@ObjectType({ description: 'Who is asking, and what this caller may do.' })
export class Viewer {
  @Field(() => PrincipalKind, { description: 'What kind of caller this is.' })
  kind!: VisibleKind;

  @Field(() => [String], { description: 'Every permission of the caller.' })
  permissions!: string[];

  @Field(() => Boolean, {
    description:
      'Whether the caller may do nothing before setting up a second factor: everybody here needs one, and this login has none.',
  })
  mustSetUpSecondFactor!: boolean;

  readonly principal!: Principal;
}

export function viewerOf(principal: Principal): Viewer {
  return {
    kind: principal.kind as VisibleKind,
    permissions: permissionsOf(principal),
    mustSetUpSecondFactor: 'mustSetUpSecondFactor' in principal && principal.mustSetUpSecondFactor === true,
    principal,
  };
}
