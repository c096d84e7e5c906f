/**
 * Many texts on one device: each in turn writes one token, so a long text delays a short one by a token at a time and
 * never by its length. Between two steps the loop listens: a cancelled text writes nothing more.
 */
import { StepModel, type StepGraph } from './step-graph';
import { TextRun } from './text-run';
import type { TokenChunk, TokenRequest } from './token-engine';

export interface TokenLoopAnswers {
  chunk(id: number, chunk: TokenChunk): void;
  failed(id: number, error: unknown): void;
}

export class TokenLoop {
  private readonly models = new Map<string, StepModel>();
  private readonly runs = new Map<number, TextRun>();
  private turning = false;

  constructor(private readonly answers: TokenLoopAnswers) {}

  async load(versionId: string, bytes: Uint8Array, graph: StepGraph): Promise<void> {
    const model = await StepModel.open(bytes, graph);
    await this.unload(versionId);
    this.models.set(versionId, model);
  }

  async unload(versionId: string): Promise<void> {
    const model = this.models.get(versionId);
    this.models.delete(versionId);
    await model?.release();
  }

  begin(id: number, versionId: string, request: TokenRequest): void {
    const model = this.models.get(versionId);
    if (!model) return this.answers.failed(id, new Error(`${versionId} is not loaded.`));
    this.runs.set(id, new TextRun(model, request));
    void this.turn();
  }

  cancel(id: number): void {
    this.runs.delete(id);
  }

  private async turn(): Promise<void> {
    if (this.turning) return;
    this.turning = true;
    while (this.runs.size > 0) {
      for (const [id, run] of [...this.runs]) {
        if (this.runs.has(id)) await this.advance(id, run);
        // Lets what has arrived on the socket in: a cancellation above all.
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    this.turning = false;
  }

  private async advance(id: number, run: TextRun): Promise<void> {
    try {
      const chunk = await run.advance();
      if (!chunk || !this.runs.has(id)) return;
      if (chunk.finish) this.runs.delete(id);
      this.answers.chunk(id, chunk);
    } catch (error) {
      this.runs.delete(id);
      this.answers.failed(id, error);
    }
  }
}
