/** How somebody made sure that who asks about a person’s data is that person (GDPR Art. 12(6)). */
import { registerEnumType } from 'type-graphql';
import { actorOf, type Principal } from '../../../kernel/principal';

export enum IdentityVerification {
  LOGIN = 'LOGIN',
  CONTROLLER = 'CONTROLLER',
  KNOWN_CONTACT = 'KNOWN_CONTACT',
  KNOWLEDGE = 'KNOWLEDGE',
  DOCUMENT = 'DOCUMENT',
  OTHER = 'OTHER',
}

registerEnumType(IdentityVerification, {
  name: 'IdentityVerification',
  description: 'How somebody made sure who is asking.',
  valuesConfig: {
    LOGIN: {
      description:
        'The person asked with their own token, which the customer gives to whom it has signed in.',
    },
    CONTROLLER: {
      description: 'The customer, who is the controller, asked for its person and vouches for who they are.',
    },
    KNOWN_CONTACT: { description: 'A message to an address or number that was known before was answered.' },
    KNOWLEDGE: { description: 'They said what only the person knows.' },
    DOCUMENT: { description: 'They showed a document. No copy of it is kept here.' },
    OTHER: { description: 'By another way, which is written down elsewhere.' },
  },
});

/** What is noted by us, and by nobody’s word. */
export const NOTED_BY_US: readonly IdentityVerification[] = [
  IdentityVerification.LOGIN,
  IdentityVerification.CONTROLLER,
];

export interface VerifiedIdentity {
  readonly identityVerification: IdentityVerification;
  readonly identityVerifiedBy: string;
  readonly identityVerifiedAt: Date;
}

/** What the very asking tells of who asks. */
export function verifiedByAsking(by: Principal, at: Date): VerifiedIdentity {
  const { LOGIN, CONTROLLER } = IdentityVerification;
  return {
    identityVerification: by.kind === 'END_USER' ? LOGIN : CONTROLLER,
    identityVerifiedBy: actorOf(by),
    identityVerifiedAt: at,
  };
}
