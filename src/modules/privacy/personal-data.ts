/** What privacy itself holds about people: consents and requests, most of it as proof. */
import type { CopiedRow, PersonalDataHolder, RetentionRule } from '../../platform/module';
import type { DataRequestWords } from './data-request/data-request-words';

export function privacyPersonalData(words: DataRequestWords): PersonalDataHolder[] {
  const opened = (row: CopiedRow): CopiedRow => {
    const open = (column: 'details' | 'answer' | 'extensionReason'): string | null =>
      words.open(row['id'] as string, column, row[column] as string | null);
    return {
      ...row,
      details: open('details'),
      answer: open('answer'),
      extensionReason: open('extensionReason'),
    };
  };
  return [
    {
      table: 'consent_records',
      holds: 'what the person agreed to, when and how',
      kept: 'as proof of what was agreed to, for as long as claims can be made (GDPR Art. 7(1), 17(3)(e))',
      copy: {
        columns: {
          id: 'id',
          purpose: 'purpose',
          granted: 'granted',
          textId: 'text_id',
          method: 'method',
          at: 'at',
          recordedBy: 'by',
          evidence: 'evidence',
        },
        order: ['id'],
      },
      forget: [],
    },
    {
      table: 'consent_states',
      holds: 'where each consent stands now',
      kept: 'for as long as we know the person',
      copy: {
        columns: {
          purpose: 'purpose',
          granted: 'granted',
          restricted: 'restricted',
          since: 'since',
          textId: 'text_id',
        },
        order: ['purpose'],
      },
      forget: ['delete from consent_states where customer_id = $1 and end_user_id = $2'],
    },
    {
      table: 'data_requests',
      holds: 'what the person asked for about their own data, and what they were told',
      kept: 'that it was asked and done, as proof (GDPR Art. 5(2)); the words for three years unless configured otherwise, or until the person is forgotten',
      copy: {
        columns: {
          id: 'id',
          kind: 'kind',
          status: 'status',
          requestedBy: 'requested_by',
          identityVerification: 'identity_verification',
          identityVerifiedAt: 'identity_verified_at',
          details: 'details',
          answer: 'answer',
          createdAt: 'created_at',
          dueAt: 'due_at',
          firstDueAt: 'first_due_at',
          extendedAt: 'extended_at',
          extensionReason: 'extension_reason',
          closedAt: 'closed_at',
        },
        order: ['id'],
        open: opened,
      },
      forget: [
        `update data_requests set details = null, answer = null, extension_reason = null
          where customer_id = $1 and end_user_id = $2 and coalesce(details, answer, extension_reason) is not null`,
      ],
    },
  ];
}

export const PRIVACY_RETENTION: readonly RetentionRule[] = [
  {
    table: 'data_requests',
    goes: 'what people said in a request, and were told; that it was asked and done stays',
    days: 3 * 365,
    key: ['customer_id', 'id'],
    over: 'closed_at < $1 and coalesce(details, answer, extension_reason) is not null',
    emptied: 'details = null, answer = null, extension_reason = null',
  },
];
