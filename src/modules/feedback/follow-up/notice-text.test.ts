import { FeedbackStatus } from '../triage/feedback-status';
import { noticeMail } from './notice-text';

test.each(Object.values(FeedbackStatus))('a mail of %s says how to hear no more', (status) => {
  const { subject, text } = noticeMail({ feedbackId: 'fbk_1', status, asks: false });
  expect(subject).toMatch(/^Your feedback [a-z ]+$/);
  expect(text).toContain('follow: false');
  expect(text).not.toContain('Did this fix it?');
});

test('a mail that asks says how to answer', () => {
  expect(noticeMail({ feedbackId: 'fbk_1', status: FeedbackStatus.RESOLVED, asks: true }).text).toContain(
    'Did this fix it? Answer with feedbackConfirm(input: { id: "fbk_1", fixed: true })',
  );
});
