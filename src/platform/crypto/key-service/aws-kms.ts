/**
 * AWS KMS: a symmetric key that never leaves it. What it encrypted is bound to a context, so that it opens for no other use of the key.
 * Source: https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html
 */
import { AwsV4Signer } from 'aws4fetch';
import { systemClock } from '../../../kernel/clock';
import type { KmsConfig } from '../../config';
import {
  type Answer,
  bytesOf,
  type KeyServiceTiming,
  patiently,
  post,
  quoted,
  USUAL,
} from './key-service-call';
import { KeyServiceError } from './key-service-error';
import type { KeyService } from './key-service';

type Act = 'Encrypt' | 'Decrypt';

/** Not secret: policies may insist on it, and it stands in CloudTrail. */
const CONTEXT = { application: 'flywheel', purpose: 'root-key' };
const PASSING = new Set([
  'DependencyTimeoutException',
  'KeyUnavailableException',
  'KMSInternalException',
  'LimitExceededException',
  'RequestLimitExceeded',
  'ServiceUnavailable',
  'ThrottlingException',
]);

export class AwsKms implements KeyService {
  readonly id = 'aws-kms';
  readonly name: string;
  private readonly timing: KeyServiceTiming;

  constructor(
    private readonly config: KmsConfig,
    private readonly tell: (error: KeyServiceError) => void,
    timing: Partial<KeyServiceTiming> = {},
  ) {
    this.name = `AWS KMS at ${config.url} (key ${config.keyId})`;
    this.timing = { ...USUAL, ...timing };
  }

  async encrypt(bytes: Buffer): Promise<string> {
    const { CiphertextBlob: blob } = await this.ask('Encrypt', { Plaintext: bytes.toString('base64') });
    const encrypted = bytesOf(blob);
    if (!encrypted) throw this.nonsense();
    return encrypted.toString('base64');
  }

  async decrypt(encrypted: string): Promise<Buffer> {
    const { Plaintext: plaintext } = await this.ask('Decrypt', { CiphertextBlob: encrypted });
    const bytes = bytesOf(plaintext);
    if (!bytes) throw this.nonsense();
    return bytes;
  }

  private ask(act: Act, question: Record<string, string>): Promise<Record<string, unknown>> {
    return patiently(this.timing, this.tell, () => this.attempt(act, question));
  }

  private async attempt(act: Act, question: Record<string, string>): Promise<Record<string, unknown>> {
    const body = JSON.stringify({ KeyId: this.config.keyId, EncryptionContext: CONTEXT, ...question });
    let answer: Answer;
    try {
      answer = await post(`${this.config.url}/`, await this.signed(act, body), body, this.timing.answerMs);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw this.failed(
        `cannot be reached: ${code ?? message}. Check KMS_REGION, KMS_ENDPOINT and the network.`,
        true,
        error,
      );
    }
    if (answer.status === 200 && answer.body) return answer.body as Record<string, unknown>;
    throw this.refusal(act, answer, [this.config.keys.secretAccessKey, ...Object.values(question)]);
  }

  /** Signed anew for each attempt: a signature is good for some minutes. */
  private async signed(act: Act, body: string): Promise<Record<string, string>> {
    const { headers } = await new AwsV4Signer({
      ...this.config.keys,
      method: 'POST',
      url: `${this.config.url}/`,
      headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `TrentService.${act}` },
      body,
      service: 'kms',
      region: this.config.region,
      datetime: systemClock
        .now()
        .toISOString()
        .replace(/[:-]|\.\d{3}/g, ''),
    }).sign();
    return Object.fromEntries(headers);
  }

  private refusal(act: Act, { status, body }: Answer, secrets: readonly string[]): KeyServiceError {
    const { __type: type, message, Message: other } = body ?? {};
    // Some answers put the name of the service before it.
    const code = quoted(type, secrets).split('#').at(-1)!;
    const words = quoted(message ?? other, secrets);
    const said = [code, words].filter(Boolean).join(': ') || `status ${status}`;
    const isPassing = status >= 500 || status === 429 || PASSING.has(code);
    return status === 200
      ? this.nonsense()
      : this.failed(`${this.whatToDo(act, code)} (It said: ${said})`, isPassing);
  }

  private whatToDo(act: Act, code: string): string {
    const { region } = this.config;
    switch (code) {
      case 'UnrecognizedClientException':
      case 'InvalidClientTokenId':
      case 'InvalidSignatureException':
      case 'MissingAuthenticationToken':
        return `does not know the keys: check KMS_ACCESS_KEY_ID and KMS_SECRET_ACCESS_KEY, that KMS_REGION is where the key is (${region}), and the clock of this machine.`;
      case 'AccessDeniedException':
        return `does not let these keys ${act}: allow kms:Encrypt and kms:Decrypt on the key.`;
      case 'NotFoundException':
        return `has no such key in ${region}: check KMS_KEY_ID and KMS_REGION.`;
      case 'DisabledException':
      case 'KMSInvalidStateException':
        return 'has switched the key off, or is to delete it: enable it, or cancel its deletion.';
      case 'IncorrectKeyException':
      case 'InvalidCiphertextException':
        return 'holds another key than the one that wrapped the root key of this database: set KMS_KEY_ID and KMS_REGION to those of the other processes.';
      case 'InvalidKeyUsageException':
        return 'has a key that does not encrypt: KMS_KEY_ID must be a symmetric key for ENCRYPT_DECRYPT.';
    }
    return `did not ${act}.`;
  }

  private nonsense(): KeyServiceError {
    return this.failed('answered what AWS KMS does not answer: check KMS_ENDPOINT.', false);
  }

  private failed(words: string, isPassing: boolean, cause?: unknown): KeyServiceError {
    return new KeyServiceError(`${this.name} ${words}`, isPassing, { cause });
  }
}
