/**
 * Whole texts that outlive the process that wrote them, for a day: those that were accepted for later, and those that were
 * streamed under an idempotency key. Their pieces are read again as they were written, from any number, on any process.
 */
import type { Clock } from '../../../kernel/clock';
import { AppError } from '../../../kernel/errors';
import { bornAt } from '../../../kernel/id';
import { type Database, tenant } from '../../../platform/database';
import type { PredictionVault } from '../durable/prediction-vault';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import { Inference } from '../record/inference.entity';
import type { KeptAnswer } from '../record/kept-answer';
import type { FinishedText, GenerationChunk } from './generation';

/** How long a text can be fetched. */
const LIFETIME_MS = 24 * 3_600_000;

const FIELDS = `select id, principal, status, answer, inference_id as "inferenceId" from predictions where customer_id = $1`;
const BY_ID = `${FIELDS} and id = $2`;
const BY_INFERENCE = `${FIELDS} and inference_id = $2`;

interface Row {
  readonly id: string;
  readonly principal: string;
  readonly status: string;
  readonly answer: string | null;
  readonly inferenceId: string | null;
}

export interface KeptText {
  readonly id: string;
  readonly chunks: readonly GenerationChunk[];
}

export interface KeptTextsDoors {
  readonly database: Database;
  readonly vault: PredictionVault;
  readonly clock: Clock;
  readonly tokens: FeedbackTokenService;
}

export class KeptTexts {
  constructor(private readonly doors: KeptTextsDoors) {}

  /** What is kept of a text. @param isNew whether its prediction is put down with it, and not before. */
  answerOf(predictionId: string, { text, pieces, finishReason }: FinishedText, isNew: boolean): KeptAnswer {
    const { vault, clock } = this.doors;
    const answer = vault.sealAnswer(predictionId, { text, finishReason }, pieces);
    return { predictionId, answer, until: new Date(clock.millis() + LIFETIME_MS), isNew };
  }

  /** The text that a record is about; undefined when it is not kept any more. */
  ofInference(customerId: string, inferenceId: string): Promise<KeptText | undefined> {
    return this.read(customerId, 'inference.kept-text-of', BY_INFERENCE, inferenceId);
  }

  /** @throws AppError CONFLICT while it is not written yet. Undefined for what is not there, or somebody else's. */
  async ofPrediction(customerId: string, id: string, owner: string): Promise<KeptText | undefined> {
    return this.read(customerId, 'inference.kept-text', BY_ID, id, owner);
  }

  private async read(
    customerId: string,
    name: string,
    statement: string,
    id: string,
    owner?: string,
  ): Promise<KeptText | undefined> {
    const { database } = this.doors;
    const values = [customerId, id];
    const [row] = await database.read.sql<Row>(tenant(customerId), name, statement, values);
    if (!row || (owner !== undefined && row.principal !== owner)) return undefined;
    if (row.status === 'QUEUED' || row.status === 'RUNNING') throw notWritten();
    return row.answer === null || row.inferenceId === null
      ? undefined
      : this.opened(customerId, { ...row, answer: row.answer, inferenceId: row.inferenceId });
  }

  private async opened(
    customerId: string,
    { id, answer, inferenceId }: Row & { readonly answer: string; readonly inferenceId: string },
  ): Promise<KeptText | undefined> {
    const { database, vault, tokens } = this.doors;
    const { outputs, pieces } = vault.openAnswer(id, answer);
    if (!pieces) return undefined;
    const { text, finishReason } = outputs as Pick<FinishedText, 'text' | 'finishReason'>;
    const createdAt = bornAt(inferenceId)!;
    const where = { customerId, createdAt, id: inferenceId };
    const inference = (await database.read.one(Inference, { scope: tenant(customerId), where }))!;
    const { endUserId, promptTokens, completionTokens, modelVersionId: versionId } = inference;
    inference.answer = { text };
    let at = 0;
    const chunks = pieces.map((length, index): GenerationChunk => {
      const piece = {
        number: index + 1,
        text: text.slice(at, (at += length)),
        finishReason: null,
        versionId,
      };
      if (index < pieces.length - 1) return piece;
      return {
        ...piece,
        finishReason,
        usage: { promptTokens, completionTokens },
        inference,
        feedbackToken: tokens.issue({ inferenceId, customerId, endUserId }, createdAt),
      };
    });
    return { id, chunks };
  }
}

function notWritten(): AppError {
  const message =
    'This text is still to be written. Watch `predictionUpdated`, and read it when it has ended.';
  return new AppError('CONFLICT', message, ['input', 'streamId']);
}
