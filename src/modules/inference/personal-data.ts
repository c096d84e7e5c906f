/** What inference holds about people: a record of each answer they got, and what it was about where they agreed. */
import type { Crypto } from '../../platform/crypto';
import type { CopiedRow, PersonalDataHolder } from '../../platform/module';
import { openPayload } from './record/payload.service';

export function inferencePersonalData(crypto: Crypto): PersonalDataHolder[] {
  return [
    {
      table: 'inferences',
      holds: 'each answer the person got: when, by which version; what was asked and answered, by consent',
      kept: 'what was asked and answered for 30 days, until the consent is taken back or the person is forgotten; the record without a name for as long as its bill and its proof in the audit log',
      copy: {
        columns: {
          id: 'id',
          createdAt: 'created_at',
          status: 'status',
          deploymentId: 'deployment_id',
          modelId: 'model_id',
          modelVersionId: 'model_version_id',
          rows: 'rows',
          promptTokens: 'prompt_tokens',
          completionTokens: 'completion_tokens',
          totalMs: 'total_ms',
          consents: 'consent_states',
          tests: 'test_assignments',
          payload: 'payload',
        },
        order: ['id'],
        open: (row) => opened(row, crypto),
      },
      forget: [
        `update inferences set payload = null, payload_until = null
          where customer_id = $1 and end_user_id = $2 and payload is not null`,
      ],
    },
  ];
}

function opened({ payload, ...row }: CopiedRow, crypto: Crypto): CopiedRow {
  const {
    inputs = null,
    outputs = null,
    explanation = null,
  } = typeof payload === 'string' ? openPayload(crypto, row['id'] as string, payload) : {};
  return { ...row, inputs, outputs, explanation };
}
