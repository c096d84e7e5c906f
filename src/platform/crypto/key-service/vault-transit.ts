/**
 * The transit engine of HashiCorp Vault and of OpenBao: it encrypts under a key that never leaves it.
 * Source: https://developer.hashicorp.com/vault/api-docs/secret/transit
 */
import fs from 'node:fs';
import type { VaultConfig } from '../../config';
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

type Act = 'encrypt' | 'decrypt';

/** 412: a standby that has not heard of the token yet. */
const PASSING = new Set([408, 412, 425, 429]);
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
const CIPHERTEXT = /^[\w:+/=-]{1,8192}$/;

export class VaultTransit implements KeyService {
  readonly id = 'vault';
  readonly name: string;
  private readonly timing: KeyServiceTiming;

  constructor(
    private readonly config: VaultConfig,
    private readonly tell: (error: KeyServiceError) => void,
    timing: Partial<KeyServiceTiming> = {},
  ) {
    this.name = `Vault at ${config.url} (key ${config.mount}/${config.key})`;
    this.timing = { ...USUAL, ...timing };
  }

  async encrypt(bytes: Buffer): Promise<string> {
    const plaintext = bytes.toString('base64');
    const { ciphertext } = await this.ask('encrypt', { plaintext });
    if (typeof ciphertext !== 'string' || !CIPHERTEXT.test(ciphertext)) throw this.nonsense();
    return ciphertext;
  }

  async decrypt(ciphertext: string): Promise<Buffer> {
    const { plaintext } = await this.ask('decrypt', { ciphertext });
    const bytes = bytesOf(plaintext);
    if (!bytes) throw this.nonsense();
    return bytes;
  }

  private ask(act: Act, question: Record<string, string>): Promise<Record<string, unknown>> {
    return patiently(this.timing, this.tell, () => this.attempt(act, question));
  }

  private async attempt(act: Act, question: Record<string, string>): Promise<Record<string, unknown>> {
    const { url, mount, key, namespace } = this.config;
    const token = await this.token();
    const headers = {
      'content-type': 'application/json',
      'x-vault-request': 'true',
      'x-vault-token': token,
      ...(namespace && { 'x-vault-namespace': namespace }),
    };
    const body = JSON.stringify(question);
    let answer: Answer;
    try {
      answer = await post(`${url}/v1/${mount}/${act}/${key}`, headers, body, this.timing.answerMs);
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      throw this.failed(
        `cannot be reached: ${code ?? message}. Check VAULT_ADDR and the network.`,
        true,
        error,
      );
    }
    const { data } = answer.body ?? {};
    if (answer.status === 200 && typeof data === 'object' && data !== null)
      return data as Record<string, unknown>;
    throw await this.refusal(act, answer, [token, ...Object.values(question)]);
  }

  private async refusal(act: Act, { status, body }: Answer, secrets: string[]): Promise<KeyServiceError> {
    const { errors } = body ?? {};
    const said = quoted(Array.isArray(errors) ? errors.join('; ') : '', secrets) || `status ${status}`;
    const because = (words: string, isPassing = false): KeyServiceError =>
      this.failed(`${words} (It said: ${said})`, isPassing);
    const { mount, key, token } = this.config;
    if (status === 503) return because('is sealed, or not ready: unseal it.', true);
    if (status >= 500 || PASSING.has(status)) return because(`did not ${act}.`, true);
    if (status === 403) {
      // Whoever keeps the file may have put a new one there meanwhile.
      const isReplaced = 'file' in token && (await this.token()) !== secrets[0];
      return because(
        `does not let the token ${act}: check ${this.tokenVariable}, and that its policy allows update on ${mount}/encrypt/${key} and ${mount}/decrypt/${key}.`,
        isReplaced,
      );
    }
    if (status === 404)
      return because('has no such engine: check VAULT_TRANSIT_MOUNT and VAULT_NAMESPACE, or enable it.');
    if (status >= 300 && status < 400)
      return because('leads elsewhere: set VAULT_ADDR to where it is itself.');
    if (status === 400 && act === 'decrypt')
      return because(
        'holds another key than the one that wrapped the root key of this database: set VAULT_TRANSIT_KEY and VAULT_ADDR to those of the other processes, or restore the key (and its versions) in Vault.',
      );
    if (status === 200) return this.nonsense();
    return because(`did not ${act}: check VAULT_TRANSIT_KEY.`);
  }

  /** Read anew each time: an agent replaces it, and may not have written it yet. */
  private async token(): Promise<string> {
    const { token } = this.config;
    if ('text' in token) return token.text;
    let text: string;
    try {
      text = (await fs.promises.readFile(token.file, 'utf8')).trim();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw this.failed(
        `needs a token, and ${token.file} cannot be read (${code}): set VAULT_TOKEN_FILE to the file that holds it.`,
        code === 'ENOENT',
        error,
      );
    }
    // An agent that is just writing it leaves it empty for a moment.
    if (!TOKEN.test(text)) throw this.failed(`needs a token, and ${token.file} holds none.`, text === '');
    return text;
  }

  private get tokenVariable(): string {
    return 'file' in this.config.token ? 'VAULT_TOKEN_FILE' : 'VAULT_TOKEN';
  }

  private nonsense(): KeyServiceError {
    return this.failed('answered what Vault does not answer: check VAULT_ADDR.', false);
  }

  private failed(words: string, isPassing: boolean, cause?: unknown): KeyServiceError {
    return new KeyServiceError(`${this.name} ${words}`, isPassing, { cause });
  }
}
