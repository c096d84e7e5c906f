/**
 * Whether the people whose data are concerned have to be told of a breach (GDPR Art. 34): where it is likely to put them at a high risk,
 * unless one of the three grounds of Art. 34(3) holds.
 */
import { registerEnumType } from 'type-graphql';
import { invalidInput } from '../../../kernel/errors';
import type { Incident } from './incident.entity';

export enum PeopleNotification {
  REQUIRED = 'REQUIRED',
  NO_HIGH_RISK = 'NO_HIGH_RISK',
  PROTECTED = 'PROTECTED',
  RISK_AVERTED = 'RISK_AVERTED',
  DISPROPORTIONATE = 'DISPROPORTIONATE',
}

registerEnumType(PeopleNotification, {
  name: 'PeopleNotification',
  description: 'Whether the people concerned have to be told of a personal data breach (GDPR Art. 34).',
  valuesConfig: {
    REQUIRED: { description: 'They have to be: it is likely to put them at a high risk.' },
    NO_HIGH_RISK: { description: 'They need not: a high risk is unlikely (Art. 34(1)).' },
    PROTECTED: {
      description:
        'They need not: the data were protected, such as by encryption, from who got them (Art. 34(3)(a)).',
    },
    RISK_AVERTED: {
      description:
        'They need not: what was done since makes a high risk unlikely to materialise (Art. 34(3)(b)).',
    },
    DISPROPORTIONATE: {
      description: 'Telling each would be out of proportion: it is made public instead (Art. 34(3)(c)).',
    },
  },
});

/** Whether it is told at all: to each of them, or to all in public. */
export function isTold(judged: PeopleNotification | null): boolean {
  return judged === PeopleNotification.REQUIRED || judged === PeopleNotification.DISPROPORTIONATE;
}

export type PeopleStanding = Pick<
  Incident,
  'peopleNotification' | 'peopleNotificationReason' | 'peopleNotifiedAt'
>;

/** @throws AppError INVALID_INPUT for what cannot be so, with what is missing. */
export function checkPeople(one: PeopleStanding, now: Date): void {
  const refuse = (field: keyof PeopleStanding, message: string): never => {
    throw invalidInput(['input', field], message, field);
  };
  const { peopleNotification, peopleNotificationReason, peopleNotifiedAt } = one;
  if (peopleNotification === null) {
    if (peopleNotificationReason ?? peopleNotifiedAt)
      refuse('peopleNotification', 'First say whether the people concerned have to be told.');
    return;
  }
  if (peopleNotification !== PeopleNotification.REQUIRED && !peopleNotificationReason)
    refuse('peopleNotificationReason', 'Say why each of them need not be told (GDPR Art. 34).');
  if (peopleNotifiedAt === null) return;
  if (!isTold(peopleNotification))
    refuse('peopleNotifiedAt', 'They need not be told: say that they have to be, or leave this out.');
  if (peopleNotifiedAt > now) refuse('peopleNotifiedAt', 'They cannot have been told in the future.');
}
