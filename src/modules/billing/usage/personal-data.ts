/** What billing holds about people: how much of the customer's bill is theirs. */
import type { PersonalDataHolder } from '../../../platform/module';

/** What the customer pays for it is not the person's. */
const COPY = {
  columns: {
    firstInferenceId: 'first_inference_id',
    createdAt: 'created_at',
    modelId: 'model_id',
    requests: 'requests',
    rows: 'rows',
    promptTokens: 'prompt_tokens',
    completionTokens: 'completion_tokens',
  },
  order: ['first_inference_id'],
};

export const USAGE_PERSONAL_DATA: readonly PersonalDataHolder[] = [
  {
    table: 'usage_records',
    holds: 'how often the person used a model, and when',
    kept: 'for as long as invoices must be kept (GDPR Art. 17(3)(b)); without a name once the person is forgotten',
    copy: COPY,
    forget: [],
  },
  {
    table: 'deferred_usage',
    holds: 'the same, before it is settled',
    kept: 'for a quarter of a second',
    copy: COPY,
    forget: [],
  },
];
