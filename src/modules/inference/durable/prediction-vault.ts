/** What a durable prediction asks and answers, sealed and bound to it: it cannot be read in the table nor moved. */
import type { Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import type { CopiedRow } from '../../../platform/module';
import type { TokenRequest } from '../../compute';

const PURPOSE = 'durable-prediction';

/** Rows to be answered, or a text to be written. */
export type Question =
  { readonly rows: unknown } | { readonly prompt: string; readonly parameters: Omit<TokenRequest, 'prompt'> };

/** Everything that the job needs, and the principal as it was when it was accepted. */
export type AskedPrediction = Question & { readonly principal: Principal; readonly requestId: string };

export interface OpenedAnswer {
  readonly outputs: unknown;
  /** Of a text: the lengths of the pieces in which it was written, in UTF-16 units. */
  readonly pieces?: readonly number[];
}

export class PredictionVault {
  constructor(private readonly crypto: Crypto) {}

  sealAsked(id: string, asked: AskedPrediction): string {
    return this.crypto.seal(PURPOSE, JSON.stringify(asked), `predictions:${id}:asked`);
  }

  openAsked(id: string, sealed: string): AskedPrediction {
    const text = this.crypto.open(PURPOSE, sealed, `predictions:${id}:asked`).toString();
    return JSON.parse(text) as AskedPrediction;
  }

  sealAnswer(id: string, outputs: unknown, pieces?: readonly number[]): string {
    return this.crypto.seal(PURPOSE, JSON.stringify({ outputs, pieces }), `predictions:${id}:answer`);
  }

  openAnswer(id: string, sealed: string): OpenedAnswer {
    const text = this.crypto.open(PURPOSE, sealed, `predictions:${id}:answer`).toString();
    return JSON.parse(text) as OpenedAnswer;
  }

  /** A row as the person gets a copy of it: what they asked without who sent it, and what was answered. */
  copyOf({ asked, answer, ...row }: CopiedRow): CopiedRow {
    const id = row['id'] as string;
    const question = typeof asked === 'string' ? this.openAsked(id, asked) : undefined;
    const { outputs = null } = typeof answer === 'string' ? this.openAnswer(id, answer) : {};
    const { rows = null, prompt = null } = (question ?? {}) as { rows?: unknown; prompt?: unknown };
    return { ...row, rows, prompt, outputs };
  }
}
