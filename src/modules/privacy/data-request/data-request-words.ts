/** What a person says in a request, and what they are told, also of why it takes longer: sealed, because it is about them. */
import type { Crypto } from '../../../platform/crypto';

const PURPOSE = 'data-request';

type Column = 'details' | 'answer' | 'extensionReason';

export class DataRequestWords {
  constructor(private readonly crypto: Pick<Crypto, 'seal' | 'open'>) {}

  seal(requestId: string, column: Column, words: string | null | undefined): string | null {
    return words ? this.crypto.seal(PURPOSE, words, contextOf(requestId, column)) : null;
  }

  open(requestId: string, column: Column, sealed: string | null): string | null {
    return sealed === null
      ? null
      : this.crypto.open(PURPOSE, sealed, contextOf(requestId, column)).toString();
  }
}

function contextOf(requestId: string, column: string): string {
  return `data_requests:${requestId}:${column}`;
}
