/** The texts that an empty database starts with: plain words, one purpose each, and how to say no again. */
import { ConsentPurpose } from '../consent-purpose';

export interface ConsentTextSeed {
  readonly purpose: ConsentPurpose;
  readonly version: number;
  readonly language: string;
  readonly title: string;
  readonly body: string;
}

const english = (purpose: ConsentPurpose, title: string, body: string): ConsentTextSeed => ({
  purpose,
  version: 1,
  language: 'en',
  title,
  body,
});

export const CONSENT_TEXT_SEEDS: readonly ConsentTextSeed[] = [
  english(
    ConsentPurpose.SERVICE,
    'Answering you',
    'To answer your request we process what you send with it. This is what our service is, so it rests on the contract and needs no consent. Nothing more is kept than that there was an answer, unless you agree to it below.',
  ),
  english(
    ConsentPurpose.ANALYTICS,
    'Measuring what works',
    'We count which version of the product you saw and how well it did, to compare versions with each other. We use your id for it, never your name. You can say no at any time, as easily as you said yes; from then on you are not counted.',
  ),
  english(
    ConsentPurpose.FEEDBACK_CONTACT,
    'Asking you about your feedback',
    'We may contact you about feedback that you gave, to understand it or to tell you what became of it. You can say no at any time; your feedback stays, and we do not contact you.',
  ),
  english(
    ConsentPurpose.TRAINING,
    'Learning from your requests',
    'We keep what you send and what we answer, encrypted, and may train our models on it. You can say no at any time; from then on nothing new is kept, and what was kept is used no more. We can tell you which versions were trained on it.',
  ),
  english(
    ConsentPurpose.REMOTE_PROCESSING,
    'Processing elsewhere',
    'Some models run at another company that works for us under contract. With your consent what you send may be processed there. You can say no at any time; then only our own machines answer you.',
  ),
  english(
    ConsentPurpose.MARKETING,
    'Telling you about more',
    'We may tell you about other things we offer. You can say no at any time, and a browser that sends Global Privacy Control says no for you.',
  ),
  english(
    ConsentPurpose.FAIRNESS_MONITORING,
    'Checking that everyone is treated alike',
    'You may tell us which groups you belong to, for example by gender, age or origin. Some of this is specially protected by law, so we ask you expressly. We keep it encrypted and use it for one thing: to count, for whole groups and never for you alone, what our system answers, and whether that was right where you tell us what would have been. It changes no answer that you get. Saying no has no disadvantage. You can say no at any time; from then on you are not counted, and what you told us about your groups is deleted. Sums in which you were counted before name nobody and stay.',
  ),
];
