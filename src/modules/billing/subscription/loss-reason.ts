/** Why somebody is no customer, or none any more: one list for both, so that losses before and after a sale can be compared. */
import { registerEnumType } from 'type-graphql';

export enum LossReason {
  PRICE = 'PRICE',
  MISSING_FEATURE = 'MISSING_FEATURE',
  QUALITY = 'QUALITY',
  COMPETITOR = 'COMPETITOR',
  NO_NEED = 'NO_NEED',
  SUPPORT = 'SUPPORT',
  NO_ANSWER = 'NO_ANSWER',
  OTHER = 'OTHER',
}

registerEnumType(LossReason, {
  name: 'LossReason',
  description: 'Why a lead or a customer was lost.',
  valuesConfig: {
    PRICE: { description: 'It costs too much.' },
    MISSING_FEATURE: { description: 'It lacks something.' },
    QUALITY: { description: 'Its answers are not good or not fast enough.' },
    COMPETITOR: { description: 'Another product was chosen.' },
    NO_NEED: { description: 'There is no need of it, or none any more.' },
    SUPPORT: { description: 'Help was not good enough.' },
    NO_ANSWER: { description: 'They no longer answered.' },
    OTHER: { description: 'Something else, or nobody said.' },
  },
});
