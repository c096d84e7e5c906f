/**
 * A reviewer makes a correction a row to learn from, or takes that back. Consent is asked in the transaction that keeps the
 * row; what the person takes back, or says otherwise, takes the row with it.
 */
import type { Clock } from '../../../kernel/clock';
import { notFound } from '../../../kernel/errors';
import type { Principal, StaffPrincipal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { InferenceModule } from '../../inference';
import type { ModelsModule } from '../../models';
import { ConsentPurpose, type PrivacyModule } from '../../privacy';
import { Feedback } from '../feedback.entity';
import { changedMeanwhile } from '../feedback.errors';
import { FeedbackEventKind } from '../feedback-event.entity';
import type { FeedbackHistoryService } from '../feedback-history.service';
import { FeedbackKind } from '../feedback-kind';
import type { FeedbackPlace } from '../feedback.service';
import type { CuratedRowRepository } from './curated-row.repository';
import {
  heldMeanwhile,
  isDuplicate,
  nobodyToAgree,
  noCorrection,
  nothingKept,
  takenBackByPerson,
  tooLongToMask,
} from './curation.errors';
import { trainingRows } from './training-row';

export interface CurationDoors {
  readonly privacy: Pick<PrivacyModule, 'consents' | 'masking'>;
  readonly inference: Pick<InferenceModule, 'payloads'>;
  readonly models: Pick<ModelsModule, 'models'>;
}

export interface CurationWish {
  readonly id: string;
  readonly note?: string | null;
  readonly expectedVersion?: number | null;
}

/** A correction whose answer and person are known. */
type Correction = Feedback & { readonly endUserId: string; readonly inferenceId: string };

export class CurationService {
  constructor(
    private readonly database: Database,
    private readonly clock: Clock,
    private readonly rows: CuratedRowRepository,
    private readonly history: FeedbackHistoryService,
    private readonly doors: CurationDoors,
  ) {}

  /** Accepted again it is accepted once. Event: feedback.curated. @throws AppError that says why it cannot be. */
  curate(wish: CurationWish, principal: StaffPrincipal): Promise<FeedbackPlace> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const { id, note } = wish;
      const item = await this.locked(wish, principal);
      if (!isCorrection(item))
        throw item.kind === FeedbackKind.CORRECTION ? nobodyToAgree(id) : noCorrection();
      if (item.withdrawnAt) throw takenBackByPerson(id);
      if (item.mergedIntoId) throw isDuplicate(item.mergedIntoId);
      if (await this.rows.isAccepted(item)) return item;
      await this.accept(item, principal);
      await this.history.record(item, principal, { kind: FeedbackEventKind.CURATED, changes: {}, note });
      return item;
    });
  }

  /** Done again it changes nothing. Event: feedback.uncurated. */
  uncurate(wish: CurationWish, principal: StaffPrincipal): Promise<FeedbackPlace> {
    return this.database.unitOfWork.run(SERVICE, async () => {
      const item = await this.locked(wish, principal);
      await this.takeBack(item, principal, wish.note);
      return item;
    });
  }

  /** Inside the unit of work that takes away what its rows rest on. Event: feedback.uncurated where there were any. */
  async takeBack(item: Feedback, principal: Principal, note?: string | null): Promise<void> {
    if (!(await this.rows.takeBack(item))) return;
    await this.history.record(item, principal, { kind: FeedbackEventKind.UNCURATED, changes: {}, note });
  }

  private async accept(item: Correction, { staffId }: StaffPrincipal): Promise<void> {
    const { id, customerId, endUserId, inferenceId, modelVersionId, correction } = item;
    const { privacy, inference, models } = this.doors;
    await privacy.consents.requireHeld(customerId, endUserId, ConsentPurpose.TRAINING);
    const [payload] = await inference.payloads.read(SERVICE, [inferenceId]);
    const version = modelVersionId && (await models.models.servable(modelVersionId));
    if (!payload || !version) throw nothingKept(id);
    const rows = trainingRows(version, payload.inputs, correction);
    // Masked when it was kept, too; but rules grow, and what is older than they are was kept without.
    const inputs = rows.map((row) => row.inputs);
    const masked = privacy.masking.mask(customerId, inputs) as typeof inputs | undefined;
    if (!masked) throw tooLongToMask(id);
    const maskedRows = rows.map((row, index) => ({ ...row, inputs: masked[index]! }));
    await this.rows.accept(item, maskedRows, {
      modelId: version.modelId,
      modelVersionId: version.id,
      endUserId,
      inferenceId,
      acceptedBy: staffId,
    });
  }

  /** Of two reviewers at once, the second waits for the first. */
  private async locked(
    { id, expectedVersion }: CurationWish,
    { staffId }: StaffPrincipal,
  ): Promise<Feedback> {
    const item = await this.database.unitOfWork
      .repository(Feedback)
      .findOne({ where: { id }, lock: { mode: 'pessimistic_write' } });
    if (!item) throw notFound(['input', 'id']);
    const { version, lockedById, lockedUntil } = item;
    const isHeld = lockedUntil !== null && lockedUntil > this.clock.now();
    if (isHeld && lockedById !== staffId) throw heldMeanwhile(id, lockedUntil);
    if (expectedVersion != null && expectedVersion !== version) throw changedMeanwhile(id, version);
    return item;
  }
}

function isCorrection(item: Feedback): item is Correction {
  return item.kind === FeedbackKind.CORRECTION && item.endUserId !== null && item.inferenceId !== null;
}
