import type { KeyObject } from 'node:crypto';

/**
 * Keys and what is done with them. All derive from one root key, which the database keeps wrapped by the master key
 * (configuration, else a 0600 file in the data folder).
 */
export interface Crypto {
  /** AES-256-GCM under a key derived for `purpose`; `context` (row and column) is bound as associated data. */
  seal(purpose: string, plaintext: string | Uint8Array, context: string): string;
  /** @throws Error when the text was changed or belongs to another context. */
  open(purpose: string, sealed: string, context: string): Buffer;
  /** HMAC-SHA-256 under a key derived for `purpose`, base64url. */
  mac(purpose: string, text: string): string;
  /** Compares in constant time. */
  verifyMac(purpose: string, text: string, mac: string): boolean;
  /** Ed25519 signature, base64, for what outsiders verify (tree heads, receipts). */
  sign(text: string): string;
  verifySignature(text: string, signature: string): boolean;
  /** PEM of the public half, and its key id. */
  readonly publicKey: string;
  readonly keyId: string;
  /**
   * The keys of JSON Web Tokens (EdDSA is not in `jsonwebtoken`, so they are P-256: ES256). Ready for use: a key in PEM is read anew
   * with every token, which takes four times as long as verifying it.
   */
  readonly jwt: { readonly privateKey: KeyObject; readonly publicKey: KeyObject; readonly keyId: string };
}
