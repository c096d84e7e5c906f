/** What curation holds about people: their corrections as rows to learn from, until they take them back. */
import type { PersonalDataHolder, RetentionRule } from '../../../platform/module';
import type { CuratedRowRepository } from './curated-row.repository';

export function curatedPersonalData(rows: Pick<CuratedRowRepository, 'unsealed'>): PersonalDataHolder {
  return {
    table: 'curated_rows',
    holds:
      'corrections by the person that a reviewer accepted, with what was asked: models may learn from them',
    kept: 'what a row holds for three years unless configured otherwise, until the word or the consent is taken back, or the person is forgotten; that there was one for as long as it must be told which models learned from it',
    copy: {
      columns: {
        id: 'id',
        feedbackId: 'feedback_id',
        inferenceId: 'inference_id',
        modelVersionId: 'model_version_id',
        acceptedAt: 'accepted_at',
        withdrawnAt: 'withdrawn_at',
        contents: 'contents',
      },
      order: ['id'],
      open: ({ contents, ...row }) => {
        const { inputs = null, answer = null } =
          typeof contents === 'string' ? rows.unsealed(row['id'] as string, contents) : {};
        return { ...row, inputs, answer };
      },
    },
    forget: [
      `update curated_rows set contents = null, withdrawn_at = now()
        where customer_id = $1 and end_user_id = $2 and withdrawn_at is null`,
    ],
  };
}

/** As long as the words that the rows came from. */
export const CURATED_RETENTION: RetentionRule = {
  table: 'curated_rows',
  goes: 'what was asked and the right answer; that there was such a row stays, and which data it is in',
  days: 3 * 365,
  key: ['customer_id', 'id'],
  over: 'accepted_at < $1 and withdrawn_at is null',
  emptied: 'contents = null, withdrawn_at = now()',
};
