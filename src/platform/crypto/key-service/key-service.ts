/**
 * A service that holds the wrapping key and lets nobody see it (HashiCorp Vault, AWS KMS). It is asked at the start alone; whatever
 * it answers is believed only once it is the key that was given to it.
 */
import { createHash, hkdfSync } from 'node:crypto';
import type { KeyWrapper } from '../key-wrapper';
import { KeyServiceError } from './key-service-error';

export interface KeyService {
  /** Its kind, which what it wrapped begins with. Not its key: that has other names once it was moved or an alias was set. */
  readonly id: string;
  /** For words: what it is and where. */
  readonly name: string;
  encrypt(bytes: Buffer): Promise<string>;
  /** @throws KeyServiceError when another key encrypted it. */
  decrypt(encrypted: string): Promise<Buffer>;
}

export function serviceWrapper(service: KeyService): KeyWrapper {
  return {
    id: service.id,
    name: service.name,
    wrap: async (key) => {
      const wrapped = `${fingerprint(key)}.${await service.encrypt(key)}`;
      // Before anything rests on it: who may encrypt may not always decrypt.
      await unwrapped(service, wrapped);
      return wrapped;
    },
    unwrap: (wrapped) => unwrapped(service, wrapped),
  };
}

async function unwrapped(service: KeyService, wrapped: string): Promise<Buffer> {
  const [known = '', ...rest] = wrapped.split('.');
  const key = await service.decrypt(rest.join('.'));
  if (fingerprint(key) !== known)
    throw new KeyServiceError(
      `${service.name} answered with another key than the one that was wrapped: somebody changed the installation’s row in the database, or what answers is not the service. Nothing was changed.`,
      false,
    );
  return key;
}

/** Tells keys apart, and nothing about them. */
function fingerprint(key: Buffer): string {
  const derived = Buffer.from(hkdfSync('sha256', key, 'flywheel', 'wrapped', 32));
  return createHash('sha256').update(derived).digest('hex').slice(0, 16);
}
