/** Every key derives from one root key (HKDF-SHA-256, RFC 5869), so that there is one secret to keep. */
import {
  createECDH,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
  sign,
  timingSafeEqual,
  verify,
} from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { sha256 } from '../../kernel/hash';
import { openBytes, sealBytes } from './aead';
import type { Crypto } from './crypto';

const VERSION = 'v1';
/** DER header of a PKCS#8 Ed25519 private key, before its 32 bytes of seed (RFC 8410). */
const ED25519_HEADER = Buffer.from('302e020100300506032b657004220420', 'hex');

/** The key's file is not what was once written: going on would derive other keys, or guessable ones. */
export class MasterKeyError extends Error {
  override readonly name = 'MasterKeyError';
}

export const masterKeyFile = (dataDir: string): string => path.join(dataDir, 'master.key');

/** The configured master key, or the one in the data folder, made at the first start. */
export function masterKey(configured: string | undefined, dataDir: string): Buffer {
  if (configured) return Buffer.from(configured, 'hex');
  const file = masterKeyFile(dataDir);
  if (!fs.existsSync(file)) makeKey(file);
  const text = fs.readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{64}$/.test(text))
    throw new MasterKeyError(
      `The master key in ${file} is damaged: put its 64 hexadecimal digits back from your backup; nothing that was sealed opens with another.`,
    );
  return Buffer.from(text, 'hex');
}

/** Under its name only once it is whole and on the disk, and never over a key that another process made meanwhile. */
function makeKey(file: string): void {
  fs.mkdirSync(path.dirname(file), { recursive: true, mode: 0o755 });
  const draft = `${file}.${process.pid}`;
  fs.writeFileSync(draft, randomBytes(32).toString('hex'), { mode: 0o600, flush: true });
  try {
    fs.linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    fs.rmSync(draft, { force: true });
  }
}

export class Keyring implements Crypto {
  readonly publicKey: string;
  readonly keyId: string;
  readonly jwt: Crypto['jwt'];
  private readonly signingKey: KeyObject;
  private readonly verifyingKey: KeyObject;
  private readonly derived = new Map<string, Buffer>();

  constructor(private readonly root: Buffer) {
    this.signingKey = createPrivateKey({
      key: Buffer.concat([ED25519_HEADER, this.key('sign')]),
      format: 'der',
      type: 'pkcs8',
    });
    this.verifyingKey = createPublicKey(this.signingKey);
    this.publicKey = pemOf(this.verifyingKey);
    this.keyId = sha256(this.publicKey).slice(0, 16);
    this.jwt = p256(this.key('jwt'));
  }

  seal(purpose: string, plaintext: string | Uint8Array, context: string): string {
    const sealed = sealBytes(this.key(`seal:${purpose}`), plaintext, context);
    return `${VERSION}.${sealed.toString('base64url')}`;
  }

  open(purpose: string, sealed: string, context: string): Buffer {
    const [version, text = ''] = sealed.split('.');
    if (version !== VERSION) throw new Error('not a sealed text of ours');
    return openBytes(this.key(`seal:${purpose}`), Buffer.from(text, 'base64url'), context);
  }

  mac(purpose: string, text: string): string {
    return createHmac('sha256', this.key(`mac:${purpose}`))
      .update(text)
      .digest('base64url');
  }

  verifyMac(purpose: string, text: string, mac: string): boolean {
    const expected = Buffer.from(this.mac(purpose, text));
    const given = Buffer.from(mac);
    return given.length === expected.length && timingSafeEqual(given, expected);
  }

  sign(text: string): string {
    return sign(null, Buffer.from(text), this.signingKey).toString('base64');
  }

  verifySignature(text: string, signature: string): boolean {
    return verify(null, Buffer.from(text), this.verifyingKey, Buffer.from(signature, 'base64'));
  }

  private key(purpose: string): Buffer {
    let key = this.derived.get(purpose);
    if (!key) {
      key = Buffer.from(hkdfSync('sha256', this.root, 'flywheel', purpose, 32));
      this.derived.set(purpose, key);
    }
    return key;
  }
}

/** A P-256 key pair from 32 derived bytes (a value outside of the curve's order is as likely as a broken hash). */
const pemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'spki' }).toString();

function p256(seed: Buffer): Crypto['jwt'] {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(seed);
  const point = ecdh.getPublicKey();
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    d: seed.toString('base64url'),
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  return { privateKey, publicKey, keyId: sha256(pemOf(publicKey)).slice(0, 16) };
}
