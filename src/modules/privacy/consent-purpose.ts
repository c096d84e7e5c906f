/** What personal data may be used for. Each purpose is asked for, given and withdrawn on its own. */
import { registerEnumType } from 'type-graphql';

export enum ConsentPurpose {
  SERVICE = 'SERVICE',
  ANALYTICS = 'ANALYTICS',
  FEEDBACK_CONTACT = 'FEEDBACK_CONTACT',
  TRAINING = 'TRAINING',
  REMOTE_PROCESSING = 'REMOTE_PROCESSING',
  MARKETING = 'MARKETING',
  FAIRNESS_MONITORING = 'FAIRNESS_MONITORING',
}

registerEnumType(ConsentPurpose, {
  name: 'ConsentPurpose',
  description: 'What personal data may be used for.',
  valuesConfig: {
    SERVICE: {
      description:
        'Answering the request itself. It rests on the contract and needs no consent; it cannot be withdrawn.',
    },
    ANALYTICS: { description: 'Counting the person in feature tests and measurements of quality.' },
    FEEDBACK_CONTACT: { description: 'Contacting the person about the feedback they gave.' },
    TRAINING: { description: 'Keeping inputs and answers, and training models on them.' },
    REMOTE_PROCESSING: { description: 'Sending inputs to an engine that somebody else runs.' },
    MARKETING: { description: 'Telling the person about other offers.' },
    FAIRNESS_MONITORING: {
      description:
        'Keeping to which groups the person belongs (special categories of data, GDPR Art. 9(2)(a)), and counting by group what people are answered, to find out whether all are treated alike.',
    },
  },
});

export const CONSENT_PURPOSES = Object.values(ConsentPurpose);

/** SERVICE is what the contract is about (GDPR Art. 6(1)(b)); everything else waits for a yes. */
export function needsConsent(purpose: ConsentPurpose): boolean {
  return purpose !== ConsentPurpose.SERVICE;
}

/** What a browser's Global Privacy Control says no to (globalprivacycontrol.org: no sale, no sharing, no profiling). */
export const GLOBAL_PRIVACY_CONTROL_PURPOSES: readonly ConsentPurpose[] = [
  ConsentPurpose.ANALYTICS,
  ConsentPurpose.MARKETING,
];
