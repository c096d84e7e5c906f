/** What feedback holds of a customer: words go, that something was said and its score stay. */
import type { CustomerDataHolder } from '../../platform/module';

export const FEEDBACK_CUSTOMER_DATA: readonly CustomerDataHolder[] = [
  {
    table: 'feedback',
    holds: 'what the customer and its people said',
    kept: 'that something was said, and its score, as long as the product is measured by it',
    goes: {
      key: ['customer_id', 'id'],
      emptied: `text = null, correction = null, version = version + 1`,
      where: `text is not null or correction is not null`,
    },
  },
  {
    table: 'feedback_events',
    holds: 'what reviewers decided and noted about it',
    kept: 'what was decided, without the notes',
    goes: { key: ['customer_id', 'id'], emptied: `note = null`, where: `note is not null` },
  },
  {
    table: 'feedback_analyses',
    holds: 'what models made of the words',
    kept: null,
    goes: { key: ['customer_id', 'feedback_id'] },
  },
  {
    table: 'feedback_links',
    holds: 'words that are about the same',
    kept: 'that they belong together, in ids',
    goes: null,
  },
  {
    table: 'feedback_notices',
    holds: 'that givers were told what became of it',
    kept: null,
    goes: { key: ['customer_id', 'feedback_id', 'event_id'] },
  },
  {
    table: 'feedback_signals',
    holds: 'what its people did with answers',
    kept: null,
    goes: { key: ['customer_id', 'inference_id', 'kind'] },
  },
  {
    table: 'survey_asks',
    holds: 'when its people were asked',
    kept: null,
    goes: { key: ['customer_id', 'giver', 'asked_at'] },
  },
  {
    table: 'curated_rows',
    holds: 'corrections that models may learn from',
    kept: 'that there was one, without what it held, as long as it must be told which models learned from it',
    goes: {
      key: ['customer_id', 'id'],
      emptied: `contents = null, withdrawn_at = now()`,
      where: `withdrawn_at is null`,
    },
  },
  {
    table: 'curated_row_uses',
    holds: 'which data such a row is in',
    kept: 'as long as it must be told which models learned from it; ids alone',
    goes: null,
  },
];
