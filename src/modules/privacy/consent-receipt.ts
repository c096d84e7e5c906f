/**
 * The receipt of a consent: what the person agreed to, word for word, signed, so that they can show it without us.
 * Fields after the Kantara consent receipt and ISO/IEC TS 27560.
 */
import { canonicalJson } from '../../kernel/hash';
import type { Crypto } from '../../platform/crypto';
import type { ConsentRecord } from './consent-record.entity';
import type { ConsentText } from './consent-text/consent-text.entity';

export function receiptPath(recordId: string): string {
  return `/consent-receipts/${recordId}.json`;
}

export interface ConsentReceipt {
  readonly receipt: object;
  readonly signature: {
    readonly algorithm: 'Ed25519';
    readonly over: string;
    readonly keyId: string;
    readonly publicKey: string;
    readonly value: string;
  };
}

/** The record with the text that was shown; the signature covers the canonical JSON of `receipt`. */
export function consentReceipt(
  record: ConsentRecord,
  text: ConsentText,
  controller: string,
  crypto: Crypto,
): ConsentReceipt {
  const receipt = {
    schema: 'Kantara Consent Receipt 1.1 / ISO/IEC TS 27560:2023',
    receiptId: record.id,
    collectedAt: new Date(record.at).toISOString(),
    collectionMethod: record.method,
    controller,
    dataSubject: record.endUserId,
    recordedBy: record.by,
    purpose: record.purpose,
    granted: record.granted,
    text: { id: text.id, version: text.version, language: text.language, title: text.title, body: text.body },
    evidence: record.evidence,
  };
  return {
    receipt,
    signature: {
      algorithm: 'Ed25519',
      over: 'the canonical JSON of `receipt`: keys sorted, no spaces',
      keyId: crypto.keyId,
      publicKey: crypto.publicKey,
      value: crypto.sign(canonicalJson(receipt)),
    },
  };
}
