/**
 * Envelope encryption: the root key, of which all others derive, lies in the database only wrapped by another key. Here that is the
 * master key of this installation; a key service takes its place behind the same members (`key-service/`).
 */
import { createHash, hkdfSync } from 'node:crypto';
import { openBytes, sealBytes } from './aead';

export interface KeyWrapper {
  /** Tells wrapping keys apart, and nothing about them. */
  readonly id: string;
  /** For words to whoever runs the product. */
  readonly name: string;
  wrap(key: Buffer): Promise<string>;
  /** @throws Error when it was wrapped by another, or changed. */
  unwrap(wrapped: string): Promise<Buffer>;
}

/** Wraps with AES-256-GCM under a key derived from the master key. */
export function masterKeyWrapper(master: Buffer): KeyWrapper {
  const derived = (purpose: string): Buffer =>
    Buffer.from(hkdfSync('sha256', master, 'flywheel', purpose, 32));
  const key = derived('wrap');
  const id = createHash('sha256').update(derived('wrap-id')).digest('hex').slice(0, 16);
  return {
    id,
    name: `the master key ${id}`,
    wrap: (bytes) => Promise.resolve(sealBytes(key, bytes, id).toString('base64url')),
    unwrap: (wrapped) => Promise.resolve(openBytes(key, Buffer.from(wrapped, 'base64url'), id)),
  };
}
