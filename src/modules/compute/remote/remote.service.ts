/**
 * Versions that run on servers of somebody else: which are known here, by which protocol each is asked, and whether its
 * server is to be left alone for a while. What is asked leaves the house, so whoever asks has made sure of the consent.
 */
import fs from 'node:fs/promises';
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import { sumOfProducts } from '../../../kernel/money';
import type { Platform } from '../../../platform/module';
import { type Artefact, type Batch, type EngineInfo, EngineKind, type Outcome } from '../engine';
import type { TokenChunk, TokenEngine, TokenRequest } from '../generation/token-engine';
import { Circuit } from '../../../kernel/circuit';
import { describeRemote, inferByOpenInference } from './open-inference-remote';
import { embedByOpenAi } from './openai-embeddings';
import { generateByOpenAi } from './openai-remote';
import { circuitOpen, RemoteFault, remoteSilent, remoteSlow } from './remote-failure';
import { RemoteHttp } from './remote-http';
import { RemoteSilence } from './remote-silence';
import {
  type RemoteReference,
  remoteReferenceSchema,
  type RemoteTensor,
  SECRET_PURPOSE,
  secretContext,
} from './remote-reference';

/** A server of somebody else schedules for itself: this many of our requests may wait there. */
const CONCURRENCY = 64;
/** What a server is asked to embed, to see how wide its vectors are. */
const PROBE = 'How many numbers is this?';
/** A server may have to load the model first. */
const DESCRIBED_WITHIN_MS = 60_000;

interface Known {
  readonly reference: RemoteReference;
  readonly headers: Readonly<Record<string, string>>;
  readonly circuit: Circuit;
  /** Of those who ask for rows. */
  readonly silence: RemoteSilence;
  readonly info: EngineInfo;
}

export class RemoteService implements TokenEngine<Artefact> {
  readonly leavesHouse = true;
  readonly concurrency = CONCURRENCY;
  private readonly known = new Map<string, Known>();
  private readonly wire;
  private readonly usage;
  private readonly failures;

  constructor(
    private readonly platform: Pick<Platform, 'crypto' | 'clock' | 'log' | 'metrics' | 'tracer'>,
    private readonly describedWithinMs = DESCRIBED_WITHIN_MS,
  ) {
    const { metrics, tracer } = platform;
    this.wire = new RemoteHttp(undefined, tracer);
    this.usage = metrics.counter(
      'remote_usage_total',
      'Texts that remote engines wrote or embedded, by what became of the usage they claimed.',
      ['verdict'],
    );
    this.failures = metrics.counter('remote_failures_total', 'Requests that a remote engine failed.');
  }

  async load({ versionId, files }: Artefact): Promise<EngineInfo> {
    const file = files.find(({ format }) => format === 'REMOTE');
    if (!file) throw new Error(`${versionId} names no remote engine.`);
    const bytes =
      'path' in file.source ? await fs.readFile(file.source.path) : Buffer.from(file.source.bytes);
    const reference = remoteReferenceSchema.parse(JSON.parse(bytes.toString('utf8')));
    const { protocol, url, secret } = reference;
    const info: EngineInfo = {
      kind: EngineKind.REMOTE,
      device: new URL(url).host,
      version: protocol === 'OPENAI' ? 'OpenAI protocol' : 'Open Inference Protocol',
      refused: [],
    };
    const opened =
      secret === null ? null : this.platform.crypto.open(SECRET_PURPOSE, secret, secretContext(reference));
    const circuit = new Circuit(() => this.platform.clock.monotonic());
    this.known.set(versionId, {
      reference,
      headers: headersOf(opened?.toString('utf8') ?? null),
      circuit,
      silence: new RemoteSilence(this.wire.silenceMs / 2),
      info,
    });
    return info;
  }

  unload(versionId: string): Promise<void> {
    this.known.delete(versionId);
    return Promise.resolve();
  }

  runs(versionId: string): boolean {
    return this.known.has(versionId);
  }

  infoOf(versionId: string): EngineInfo {
    return this.knownOf(versionId).info;
  }

  /** What the owner of the server asks for a text, as a decimal of minor units. */
  costOf(versionId: string, promptTokens: number, completionTokens: number): string {
    const { prices } = this.knownOf(versionId).reference;
    return sumOfProducts([
      [prices.request, 1],
      [prices.promptTokens, promptTokens],
      [prices.completionTokens, completionTokens],
    ]);
  }

  /** The same for rows, and the tokens that were read of them where they are texts. */
  costOfRows(versionId: string, rows: number, promptTokens = 0): string {
    const { prices } = this.knownOf(versionId).reference;
    return sumOfProducts([
      [prices.request, 1],
      [prices.row, rows],
      [prices.promptTokens, promptTokens],
    ]);
  }

  /** What the server says about a model, before it becomes a version. @throws AppError UPSTREAM_FAILED */
  describe(
    { url, model }: { readonly url: string; readonly model: string },
    secret: string | null,
  ): Promise<{ readonly inputs: RemoteTensor[]; readonly outputs: RemoteTensor[] }> {
    const target = { url, model, headers: headersOf(secret) };
    return this.inTime((signal) => describeRemote(this.wire, target, signal));
  }

  /** How many numbers a vector of a model has, before it becomes a version. @throws AppError UPSTREAM_FAILED */
  async dimensionsOf(
    { url, model }: { readonly url: string; readonly model: string },
    secret: string | null,
  ): Promise<number> {
    const target = { url, model, headers: headersOf(secret) };
    const asked = { texts: [PROBE] };
    const { width } = await this.inTime((signal) => embedByOpenAi(this.wire, target, { ...asked, signal }));
    return width;
  }

  /** For what no caller's deadline ends: a server that sends a byte now and then is never silent. */
  private async inTime<T>(ask: (signal: CancelSignal) => Promise<T>): Promise<T> {
    const leaving = new Cancellation();
    const { describedWithinMs: ms } = this;
    const timer = setTimeout(() => leaving.abort(remoteSlow(ms)), ms);
    try {
      return await ask(leaving);
    } finally {
      clearTimeout(timer);
    }
  }

  /** The time of a batch is that of its answer: no device of ours has worked. */
  async infer(versionId: string, batch: Batch, { signal }: { signal?: CancelSignal } = {}): Promise<Outcome> {
    const { reference, headers, circuit, silence } = this.knownOf(versionId);
    this.enter(circuit);
    const { clock } = this.platform;
    const askedAt = clock.monotonic();
    try {
      const outcome = await this.answer(versionId, reference, headers, batch, signal);
      circuit.succeeded();
      silence.broken(clock.monotonic());
      return { ...outcome, deviceMs: clock.monotonic() - askedAt };
    } catch (error) {
      const silentMs = signal?.aborted ? silence.left(askedAt, clock.monotonic()) : undefined;
      this.ended(versionId, circuit, silentMs === undefined ? error : remoteSilent(silentMs));
      throw error;
    }
  }

  private async answer(
    versionId: string,
    reference: RemoteReference,
    headers: Known['headers'],
    batch: Batch,
    signal: CancelSignal | undefined,
  ): Promise<Omit<Outcome, 'deviceMs'>> {
    const target = { ...reference, headers };
    if (reference.protocol === 'OPEN_INFERENCE')
      return { outputs: await inferByOpenInference(this.wire, target, reference, batch, signal) };
    const { dimensions: width } = reference;
    if (width === undefined || !batch.texts) throw new Error(`${versionId} takes no rows.`);
    const asked = { texts: batch.texts, width, signal };
    const { vectors, tokens, verdict } = await embedByOpenAi(this.wire, target, asked);
    this.usage.inc({ verdict });
    return { outputs: vectors, tokens };
  }

  async *generate(
    versionId: string,
    request: TokenRequest,
    signal: CancelSignal,
  ): AsyncGenerator<TokenChunk, void> {
    const { reference, headers, circuit } = this.knownOf(versionId);
    this.enter(circuit);
    let decided = false;
    const { clock } = this.platform;
    let heardAt = clock.monotonic();
    try {
      const target = { ...reference, headers };
      const chunks = generateByOpenAi(this.wire, target, request, signal, (verdict) => {
        this.usage.inc({ verdict });
        if (verdict === 'IMPLAUSIBLE')
          this.platform.log.warn({ versionId }, 'a remote engine claims usage that cannot be');
      });
      for await (const chunk of chunks) {
        heardAt = clock.monotonic();
        // Whoever reads stops at the last chunk: what stands behind it is never reached.
        if (chunk.finish) {
          decided = true;
          circuit.succeeded();
        }
        yield chunk;
      }
    } catch (error) {
      decided = true;
      const silentMs = clock.monotonic() - heardAt;
      // Nobody may have the patience that the wire has: a server that hangs would be asked for ever.
      const hangs = signal.aborted && silentMs > this.wire.silenceMs / 2;
      this.ended(versionId, circuit, hangs ? remoteSilent(Math.round(silentMs)) : error);
      throw error;
    } finally {
      // The reader left in the middle: nothing is known about the server.
      if (!decided) circuit.undecided();
    }
  }

  stop(): void {
    this.wire.close();
  }

  private enter(circuit: Circuit): void {
    const waitMs = circuit.waitMs();
    if (waitMs > 0) throw circuitOpen(waitMs);
  }

  private ended(versionId: string, circuit: Circuit, error: unknown): void {
    if (!(error instanceof RemoteFault)) return circuit.undecided();
    circuit.failed();
    this.failures.inc();
    this.platform.log.warn({ versionId, reason: error.message }, 'a remote engine failed');
  }

  private knownOf(versionId: string): Known {
    const known = this.known.get(versionId);
    if (!known) throw new Error(`${versionId} is not loaded.`);
    return known;
  }
}

function headersOf(secret: string | null): Record<string, string> {
  return secret === null ? {} : { authorization: `Bearer ${secret}` };
}
