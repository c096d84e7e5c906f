/**
 * The one path of a prediction, whoever asks and through which face: who asks, for whom, under which key; then the
 * deployment and, while its engine cannot, those that stand in for it, one step after the other.
 */
import type { CancelSignal } from '../../../kernel/cancellation';
import { bornAt } from '../../../kernel/id';
import type { Principal } from '../../../kernel/principal';
import { type Database, SERVICE } from '../../../platform/database';
import type { HeldVersion, WarmVersion } from '../../deployments';
import type { AnswerListener } from '../record/answer-listener';
import type { AssignmentSource } from './assignment-source';
import type { CircuitBreaker } from '../fallback/circuit-breaker';
import type { EndUserDirectory } from './end-user-directory';
import type { Explanation } from '../explanations/explanation.type';
import { alongChain } from '../fallback/fallback-chain';
import { cameBy, latestAnswer } from '../record/commit-wait';
import type { FeedbackTokenService } from '../record/feedback-token.service';
import { Inference } from '../record/inference.entity';
import type { InferenceMetrics } from '../batching/inference-metrics';
import type { InferenceRecord } from '../record/inference-record';
import type { KeptAnswer } from '../record/kept-answer';
import { planPrediction, type WorkPlan } from './model-work';
import type { PredictionKeys } from './prediction-key.service';
import type { ServiceClass } from '../service-class';
import { takeInSpan } from './prediction-span';
import type { PredictionStepService, Step, StepDoors } from './prediction-step.service';

export interface PredictionCall {
  readonly principal: Principal;
  readonly requestId: string;
  readonly customerId: string;
  /** Id or name. */
  readonly deployment: string;
  /** One of its versions; absent = the one that routes and feature tests choose. */
  readonly versionId?: string;
  readonly rows: unknown;
  readonly endUserId?: string | null;
  readonly endUserExternalId?: string | null;
  readonly deadlineMs: number;
  readonly idempotencyKey?: string | null;
  readonly signal: CancelSignal;
  /** @throws AppError for a version that cannot give what is asked, be it one that stands in; before anything is reserved. */
  readonly accepts?: (version: WarmVersion) => void;
  /** What is done with the model; a plain prediction unless told otherwise. */
  readonly work?: PurposeOfCall;
  /** Of a prediction that is fetched later: what is kept of its answer, in the transaction of its record. */
  readonly keep?: (outputs: unknown) => KeptAnswer;
  /** STANDARD unless told otherwise. */
  readonly serviceClass?: ServiceClass;
}

export interface PurposeOfCall {
  /** Tells it from other purposes, so that a repeated idempotency key with another one is noticed. */
  readonly identity: object;
  readonly plan: WorkPlan;
}

export interface Prediction {
  readonly inference: Inference;
  readonly feedbackToken: string;
  readonly explanation?: Explanation;
}

export interface PredictionDoors extends Pick<StepDoors, 'execution' | 'routes' | 'pricing' | 'batching'> {
  readonly database: Database;
  readonly tokens: FeedbackTokenService;
  readonly endUsers: EndUserDirectory;
  readonly keys: PredictionKeys<Prediction>;
  readonly steps: PredictionStepService;
  readonly breaker: CircuitBreaker;
  readonly metrics: Pick<InferenceMetrics, 'fallbacks'>;
}

type Idempotency = InferenceRecord['idempotency'];

export class PredictionService {
  constructor(private readonly doors: PredictionDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.doors.steps.useAssignments(source);
  }

  useListener(listener: AnswerListener): void {
    this.doors.steps.useListener(listener);
  }

  /**
   * @throws UnreachableError when the database keeps it from being answered in time. What is under way then goes on to its end,
   * where whoever comes again under its key meets it.
   */
  predict(call: PredictionCall): Promise<Prediction> {
    const startedAt = performance.now();
    return cameBy(latestAnswer(startedAt, call.deadlineMs), this.answer(call, startedAt));
  }

  private async answer(call: PredictionCall, startedAt: number): Promise<Prediction> {
    const { customerId, principal } = call;
    const endUserId = await this.doors.endUsers.resolve(call);
    if (call.idempotencyKey == null) return this.run(call, endUserId, startedAt, null);
    const { keys } = this.doors;
    const key = keys.keyOf(principal, call.idempotencyKey);
    const { deployment, rows, versionId } = call;
    // The same key with another version is another question.
    const named = versionId === undefined ? {} : { versionId };
    const input = { deployment, rows, endUserId, ...named, ...call.work?.identity };
    const idempotency = { key, inputHash: keys.hash(input) };
    return keys.once(
      customerId,
      idempotency,
      { signal: call.signal, withinMs: call.deadlineMs },
      () => this.run(call, endUserId, startedAt, idempotency),
      (inferenceId) => this.replay(inferenceId, call),
    );
  }

  private async run(
    call: PredictionCall,
    endUserId: string | null,
    startedAt: number,
    idempotency: Idempotency,
  ): Promise<Prediction> {
    const { routes, steps, breaker, metrics } = this.doors;
    const chain = routes.chain(call.customerId, call.deployment, ['input', 'deployment']);
    const [askedDeploymentId] = chain;
    const take = (step: Step): ReturnType<typeof steps.take> => steps.take(step);
    const fixed = { call, endUserId, idempotency, startedAt, askedDeploymentId };
    const answered = await alongChain(
      // Who names a version wants that one and no other.
      call.versionId === undefined ? chain : [askedDeploymentId],
      (deploymentId, number) => takeInSpan(take, { ...fixed, deploymentId, number }),
      {
        breaker,
        wanted: () => !call.signal.aborted && performance.now() - startedAt < call.deadlineMs,
        onFallback: (reason) => metrics.fallbacks.inc({ reason }),
      },
    );
    if (!answered) return this.lostRace(call, idempotency!);
    const { inference, explanation } = answered;
    return { inference, feedbackToken: this.tokenOf(inference), explanation };
  }

  /** Another process answered this key while we computed: its prediction is the one that counts. */
  private async lostRace(
    call: PredictionCall,
    { key, inputHash }: NonNullable<Idempotency>,
  ): Promise<Prediction> {
    return this.replay((await this.doors.keys.known(call.customerId, key, inputHash))!, call);
  }

  /**
   * The same prediction again. Outputs that were not kept are computed anew from the same input, unbilled; but not where the
   * input would leave the house once more: nobody may have agreed to that since, and it would stand on no record.
   */
  private async replay(inferenceId: string, call: PredictionCall): Promise<Prediction> {
    const { database, execution, routes, pricing, steps, batching } = this.doors;
    const { customerId } = call;
    const where = { customerId, createdAt: bornAt(inferenceId), id: inferenceId };
    const inference = (await database.read.one(Inference, { scope: SERVICE, where }))!;
    const { modelVersionId } = inference;
    const held: HeldVersion | undefined = execution.of(modelVersionId).leavesHouse
      ? undefined
      : routes.holdVersion(modelVersionId);
    try {
      if (!held) return { inference, feedbackToken: this.tokenOf(inference) };
      const work = (call.work?.plan ?? planPrediction)(held.version, call.rows);
      const terms = await pricing.termsOf(customerId);
      const { outputs, explanation, metered } = await steps.compute(call, work, terms, held.version);
      batching.unattributed('REPLAYED', metered.deviceMs);
      inference.answer = outputs;
      return { inference, feedbackToken: this.tokenOf(inference), explanation };
    } finally {
      held?.release();
    }
  }

  private tokenOf({ id, customerId, endUserId }: Pick<Inference, 'id' | 'customerId' | 'endUserId'>): string {
    return this.doors.tokens.issue({ inferenceId: id, customerId, endUserId }, bornAt(id)!);
  }
}
