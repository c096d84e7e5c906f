/**
 * Key services on loopback, as far as the product speaks to them: each keeps one key, refuses as the real one does, and does on demand
 * what real ones do on bad days. Neither can be installed from npm.
 */
import { randomBytes } from 'node:crypto';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KeyServiceConfig } from '../../src/platform/config';
import { openBytes, sealBytes } from '../../src/platform/crypto/aead';
import { signatureFault } from './fake-aws-signature';

export interface FakeAnswer {
  readonly status: number;
  readonly body?: object | string;
  readonly headers?: Record<string, string>;
}

type Trouble = FakeAnswer | 'RESET' | 'SILENCE' | 'ENDLESS';

export abstract class FakeKeyService {
  calls = 0;
  key = randomBytes(32);
  mayDecrypt = true;
  private troubles: { trouble: Trouble; times: number }[] = [];
  private readonly server = http.createServer((request, response) => void this.handle(request, response));

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  trouble(trouble: Trouble, times = 1): void {
    this.troubles.push({ trouble, times });
  }

  calm(): void {
    [this.calls, this.troubles, this.mayDecrypt] = [0, [], true];
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  abstract config(): KeyServiceConfig;
  /** The variables with which a process is pointed at it. */
  abstract environment(): Record<string, string>;
  /** What tells the service who asks. */
  abstract readonly secret: string;
  /** A good answer, with these bytes (a text is taken as it is) as what was decrypted. */
  abstract decrypted(bytes: Buffer | string): FakeAnswer;
  protected abstract answer(request: IncomingMessage, body: Buffer): FakeAnswer;

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece);
    this.calls++;
    const found = this.troubles.find(({ times }) => times > 0);
    if (found) found.times--;
    const trouble = found?.trouble;
    if (trouble === 'SILENCE') return;
    if (trouble === 'RESET') return void response.destroy();
    if (trouble === 'ENDLESS') return pour(response);
    const { status, body = '', headers } = trouble ?? this.answer(request, Buffer.concat(pieces));
    response.writeHead(status, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
  }
}

function pour(response: ServerResponse): void {
  if (response.destroyed) return;
  response.write('x'.repeat(16_384), () => pour(response));
}

const refused = (status: number, error: string): FakeAnswer => ({ status, body: { errors: [error] } });

export class FakeVault extends FakeKeyService {
  readonly secret = 'hvs.a-token-of-tests';
  token = this.secret;

  config(): KeyServiceConfig & { kind: 'VAULT' } {
    return {
      kind: 'VAULT',
      url: this.url,
      mount: 'transit',
      key: 'flywheel',
      namespace: 'team',
      token: { text: this.secret },
    };
  }

  environment(): Record<string, string> {
    return {
      VAULT_ADDR: this.url,
      VAULT_TRANSIT_KEY: 'flywheel',
      VAULT_NAMESPACE: 'team',
      VAULT_TOKEN: this.secret,
    };
  }

  decrypted(bytes: Buffer | string): FakeAnswer {
    const plaintext = typeof bytes === 'string' ? bytes : bytes.toString('base64');
    return { status: 200, body: { request_id: '1', data: { plaintext } } };
  }

  protected answer({ method, url = '', headers }: IncomingMessage, body: Buffer): FakeAnswer {
    const [, act] = /^\/v1\/transit\/(encrypt|decrypt)\/flywheel$/.exec(url) ?? [];
    if (headers['x-vault-namespace'] !== 'team' || method !== 'POST' || !act)
      return refused(404, 'no handler for route');
    const isLetIn = act === 'encrypt' || this.mayDecrypt;
    if (headers['x-vault-token'] !== this.token || !isLetIn) return refused(403, 'permission denied');
    const { plaintext, ciphertext } = JSON.parse(body.toString()) as Record<string, string>;
    if (act === 'encrypt') {
      const sealed = sealBytes(this.key, Buffer.from(plaintext!, 'base64'), 'v1');
      return {
        status: 200,
        body: { data: { ciphertext: `vault:v1:${sealed.toString('base64')}`, key_version: 1 } },
      };
    }
    try {
      return this.decrypted(openBytes(this.key, Buffer.from(ciphertext!.split(':')[2]!, 'base64'), 'v1'));
    } catch {
      return refused(400, 'cipher: message authentication failed');
    }
  }
}

const KEYS = { accessKeyId: 'AKIAFLYWHEEL', secretAccessKey: 'a secret/with+signs' };
const REGION = 'eu-central-1';
const ALIAS = 'alias/flywheel';
const failed = (type: string, message = type): FakeAnswer => ({
  status: 400,
  body: { __type: type, message },
});

export class FakeKms extends FakeKeyService {
  readonly secret = KEYS.secretAccessKey;

  config(): KeyServiceConfig & { kind: 'AWS_KMS' } {
    return { kind: 'AWS_KMS', url: this.url, region: REGION, keyId: ALIAS, keys: KEYS };
  }

  environment(): Record<string, string> {
    return {
      KMS_KEY_ID: ALIAS,
      KMS_REGION: REGION,
      KMS_ENDPOINT: this.url,
      KMS_ACCESS_KEY_ID: KEYS.accessKeyId,
      KMS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    };
  }

  decrypted(bytes: Buffer | string): FakeAnswer {
    const plaintext = typeof bytes === 'string' ? bytes : bytes.toString('base64');
    return { status: 200, body: { KeyId: `arn:aws:kms:${REGION}:1:key/1`, Plaintext: plaintext } };
  }

  protected answer(request: IncomingMessage, body: Buffer): FakeAnswer {
    const wrong = signatureFault(request, body, { ...KEYS, region: REGION, service: 'kms' }, Date.now());
    if (wrong?.code === 'InvalidAccessKeyId') return failed('UnrecognizedClientException');
    if (wrong) return failed('InvalidSignatureException', wrong.message);
    const [, act] = /^TrentService\.(Encrypt|Decrypt)$/.exec(String(request.headers['x-amz-target'])) ?? [];
    if (!act || request.headers['content-type'] !== 'application/x-amz-json-1.1')
      return failed('UnknownOperationException');
    const { KeyId, EncryptionContext, Plaintext, CiphertextBlob } = JSON.parse(
      body.toString(),
    ) as KmsQuestion;
    if (KeyId !== ALIAS) return failed('com.amazonaws.kms#NotFoundException', `Alias ${KeyId} is not found.`);
    const context = JSON.stringify(Object.entries(EncryptionContext).sort());
    if (act === 'Encrypt') {
      const sealed = sealBytes(this.key, Buffer.from(Plaintext!, 'base64'), context);
      return {
        status: 200,
        body: { CiphertextBlob: sealed.toString('base64'), KeyId: `arn:aws:kms:${REGION}:1:key/1` },
      };
    }
    if (!this.mayDecrypt) return failed('AccessDeniedException');
    try {
      return this.decrypted(openBytes(this.key, Buffer.from(CiphertextBlob!, 'base64'), context));
    } catch {
      return failed('InvalidCiphertextException', '');
    }
  }
}

interface KmsQuestion {
  readonly KeyId: string;
  readonly EncryptionContext: Record<string, string>;
  readonly Plaintext?: string;
  readonly CiphertextBlob?: string;
}
