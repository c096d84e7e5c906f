/**
 * A correction beside the answer that it corrects, for those who measure how often a version is right. Only where the answer was kept
 * by consent, and where the correction says the right answer in the words of the version; nothing of it is handed on but the two.
 */
import { AppError } from '../../../kernel/errors';
import { type Database, SERVICE } from '../../../platform/database';
import type { InferenceModule } from '../../inference';
import type { ModelsModule } from '../../models';
import { Feedback } from '../feedback.entity';
import { trainingRows } from './training-row';

export interface CorrectedAnswer {
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly outputs: unknown;
  /** The name of a class, or a number. */
  readonly rightAnswer: string | number;
}

export class CorrectedAnswerService {
  constructor(
    private readonly database: Database,
    private readonly inference: Pick<InferenceModule, 'payloads'>,
    private readonly models: Pick<ModelsModule, 'models'>,
  ) {}

  /**
   * Undefined for what is no correction of one row, was taken back, or is about an answer that was not kept. Looking at what was kept
   * is an event (inference.payload-read).
   */
  async of(customerId: string, feedbackId: string): Promise<CorrectedAnswer | undefined> {
    const item = await this.database.read.one(Feedback, {
      scope: SERVICE,
      where: { customerId, id: feedbackId },
    });
    if (!item?.inferenceId || !item.modelVersionId || item.correction == null) return undefined;
    const version = await this.models.models.servable(item.modelVersionId);
    const [payload] = version ? await this.inference.payloads.read(SERVICE, [item.inferenceId]) : [];
    if (!version || !payload) return undefined;
    try {
      const [row, ...others] = trainingRows(version, payload.inputs, item.correction);
      if (!row || others.length > 0 || (Array.isArray(payload.inputs) && payload.inputs.length > 1))
        return undefined;
      return { inputs: row.inputs, outputs: payload.outputs, rightAnswer: row.answer };
    } catch (error) {
      // What cannot be learned from cannot be measured by.
      if (error instanceof AppError) return undefined;
      throw error;
    }
  }
}
