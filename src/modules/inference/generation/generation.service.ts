/**
 * Texts go the one path of a prediction, whoever asks and through which face: who asks and for whom; then the deployment and,
 * while nothing was delivered and its engine cannot, those that stand in for it, one step after the other. A text is written to
 * its end even if its reader is slow, and cut off when its reader leaves.
 */
import { Cancellation } from '../../../kernel/cancellation';
import type { RouteService } from '../../deployments';
import type { InferenceMetrics } from '../batching/inference-metrics';
import type { CircuitBreaker } from '../fallback/circuit-breaker';
import { alongChain, timeLeft } from '../fallback/fallback-chain';
import type { AssignmentSource } from '../prediction/assignment-source';
import type { EndUserDirectory } from '../prediction/end-user-directory';
import { ChunkLog } from './chunk-log';
import type { GenerationCall, GenerationChunk } from './generation';
import { writeInSpan } from './generation-span';
import type { GenerationStepService } from './generation-step.service';

export interface GenerationDoors {
  readonly routes: Pick<RouteService, 'chain'>;
  readonly endUsers: EndUserDirectory;
  readonly steps: GenerationStepService;
  readonly breaker: CircuitBreaker;
  readonly metrics: Pick<InferenceMetrics, 'fallbacks'>;
}

export class GenerationService {
  constructor(private readonly doors: GenerationDoors) {}

  useAssignments(source: AssignmentSource): void {
    this.doors.steps.useAssignments(source);
  }

  /**
   * The chunks of a text. Leaving the iteration is leaving: the text ends, and what was delivered is billed.
   * @throws AppError when nothing could be delivered; a text that breaks later ends with a chunk that says ERROR.
   */
  async *generate(call: GenerationCall): AsyncGenerator<GenerationChunk, void> {
    const leaving = new Cancellation();
    const stay = leaving.follow(call.signal);
    const log = new ChunkLog();
    const written = this.write({ ...call, signal: leaving }, log);
    try {
      for (let number = 1; ; number++) {
        const chunk = await log.at(number);
        if (!chunk) return;
        yield chunk;
      }
    } finally {
      stay();
      if (!log.ended) leaving.abort(new Error('The reader left.'));
      await written;
    }
  }

  /** All chunks of a text, once it has ended. @throws AppError when it broke off: nothing is delivered then, nor billed. */
  chunksOf(call: GenerationCall): Promise<readonly GenerationChunk[]> {
    return this.run(call);
  }

  /** Writes a text that is read later. @throws what keeps it from being whole; nothing is billed then. */
  async complete(call: GenerationCall & Required<Pick<GenerationCall, 'keeping'>>): Promise<void> {
    await this.run(call);
  }

  /** Writes a text into the log, which is closed at the end. Never throws: what fails is told by the log. */
  async write(call: GenerationCall, log: ChunkLog): Promise<void> {
    try {
      await this.run(call, log);
      log.close();
    } catch (error) {
      log.close(error);
    }
  }

  /** @param followed by readers while it is written; without it nothing is delivered before the end, and each step begins anew. */
  private async run(call: GenerationCall, followed?: ChunkLog): Promise<readonly GenerationChunk[]> {
    const startedAt = performance.now();
    const { endUsers, routes, steps, breaker, metrics } = this.doors;
    const endUserId = await endUsers.resolve(call);
    const chain = routes.chain(call.customerId, call.deployment, ['input', 'deployment']);
    const [askedDeploymentId] = chain;
    const fixed = { call, endUserId, whole: followed === undefined, startedAt, askedDeploymentId };
    const isInTime = (): boolean => timeLeft({ call, startedAt }) > 0;
    const { log } = await alongChain(
      // Who names a version wants that one and no other.
      call.versionId === undefined ? chain : [askedDeploymentId],
      async (deploymentId, number) => {
        const own = followed ?? new ChunkLog();
        const step = { ...fixed, deploymentId, number };
        return { log: own, failure: await writeInSpan(step, (span) => steps.take(step, own, span)) };
      },
      {
        breaker,
        // What was delivered of a text cannot be taken back, and nobody goes on with the text of another model.
        wanted: () => !call.signal.aborted && isInTime() && !followed?.chunks.length,
        onFallback: (reason) => metrics.fallbacks.inc({ reason }),
        failureOf: ({ failure }) => failure,
      },
    );
    return log.chunks;
  }
}
