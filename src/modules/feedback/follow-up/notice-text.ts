/** What a member reads of their feedback in a mail: where it stands, in plain words, and never the words that they gave. */
import type { FeedbackStatus } from '../triage/feedback-status';

const WORDS: Readonly<Record<FeedbackStatus, string>> = {
  NEW: 'waits for a first look',
  TRIAGED: 'was looked at',
  PLANNED: 'will be worked on',
  IN_PROGRESS: 'is being worked on',
  RESOLVED: 'is done',
  DECLINED: 'will not be done',
  DUPLICATE: 'is followed together with others that say the same',
};

export interface NoticeTold {
  readonly feedbackId: string;
  readonly status: FeedbackStatus;
  readonly asks: boolean;
}

export function noticeMail({ feedbackId, status, asks }: NoticeTold): { subject: string; text: string } {
  const question = asks
    ? `\n\nDid this fix it? Answer with feedbackConfirm(input: { id: "${feedbackId}", fixed: true }), or false if it did not: then it is opened again.`
    : '';
  return {
    subject: `Your feedback ${WORDS[status]}`,
    text: `Your feedback ${feedbackId} ${WORDS[status]}.${question}\n\nYou get this because you asked for it. To hear no more of it: feedbackFollow(input: { id: "${feedbackId}", follow: false }).`,
  };
}
