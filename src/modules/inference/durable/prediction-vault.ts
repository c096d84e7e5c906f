/** What a durable prediction asks and answers, sealed and bound to it: it cannot be read in the table nor moved. */
import type { Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';

const PURPOSE = 'durable-prediction';

/** Everything that the job needs, and the principal as it was when it was accepted. */
export interface AskedPrediction {
  readonly principal: Principal;
  readonly requestId: string;
  readonly rows: unknown;
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

  sealAnswer(id: string, outputs: unknown): string {
    return this.crypto.seal(PURPOSE, JSON.stringify({ outputs }), `predictions:${id}:answer`);
  }

  openAnswer(id: string, sealed: string): unknown {
    const text = this.crypto.open(PURPOSE, sealed, `predictions:${id}:answer`).toString();
    return (JSON.parse(text) as { outputs: unknown }).outputs;
  }
}
