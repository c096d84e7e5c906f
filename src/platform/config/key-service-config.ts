/**
 * Who wraps the root key: the master key, which needs nothing, or a key service. Services that are described and not chosen may
 * still open a root key that they wrapped, so that an installation can move from one to another.
 */
import { z } from 'zod';
import { ConfigError } from './config-error';
import { isLoopback } from './loopback';

const url = (example: string) =>
  z.url({ protocol: /^https?$/, error: `must be a URL like ${example}` }).optional();
const names = z
  .string()
  .regex(/^[\w.-]+(\/[\w.-]+)*$/, 'must be names of letters, digits, _, . and -, separated by /')
  // The address would lead elsewhere.
  .refine((text) => !/(^|\/)\.\.?(\/|$)/.test(text), 'must not hold . or .. as a name');

export const keyServiceVariables = {
  FLYWHEEL_KEY_SERVICE: z
    .enum(['none', 'vault', 'aws-kms'])
    .default('none')
    .describe('Who wraps the root key: vault (or OpenBao), aws-kms; default: the master key.'),
  VAULT_ADDR: url('https://vault.example:8200').describe(
    'Where Vault or OpenBao is; needed with VAULT_TRANSIT_KEY.',
  ),
  VAULT_TRANSIT_KEY: z
    .string()
    .regex(/^[\w.-]+$/, 'must be the name of a key: letters, digits, _, . and -')
    .refine((text) => !/^\.\.?$/.test(text), 'must be the name of a key')
    .optional()
    .describe('Key of the transit engine that wraps the root key.'),
  VAULT_TRANSIT_MOUNT: names.default('transit').describe('Where the transit engine is mounted.'),
  VAULT_NAMESPACE: names.optional().describe('Namespace of the engine, where there are some.'),
  VAULT_TOKEN: z
    .string()
    .regex(/^[\x21-\x7e]+$/, 'must be a token, without spaces')
    .optional()
    .describe('Token that may encrypt and decrypt with the key; this or VAULT_TOKEN_FILE.'),
  VAULT_TOKEN_FILE: z
    .string()
    .min(1)
    .optional()
    .describe('File with the token, as an agent keeps it; read again at each request.'),
  KMS_KEY_ID: z
    .string()
    .regex(/^[\w:/.-]+$/, 'must be the id, the ARN or the alias of a key, like alias/flywheel')
    .optional()
    .describe('Key of AWS KMS that wraps the root key.'),
  KMS_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region like eu-central-1')
    .optional()
    .describe('Region of the key; needed with KMS_KEY_ID.'),
  KMS_ACCESS_KEY_ID: z.string().min(1).optional().describe('Needed with KMS_KEY_ID.'),
  KMS_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('Needed with KMS_KEY_ID.'),
  KMS_ENDPOINT: url('https://kms.example').describe('Where KMS is; default: AWS in the region.'),
};

type KeyServiceValues = z.infer<z.ZodObject<typeof keyServiceVariables>>;

export interface VaultConfig {
  readonly kind: 'VAULT';
  /** Without a slash at its end. */
  readonly url: string;
  readonly mount: string;
  readonly key: string;
  readonly namespace: string | undefined;
  readonly token: { readonly text: string } | { readonly file: string };
}

export interface KmsConfig {
  readonly kind: 'AWS_KMS';
  readonly url: string;
  readonly region: string;
  readonly keyId: string;
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export type KeyServiceConfig = VaultConfig | KmsConfig;

export interface KeyServicesConfig {
  /** Wraps the root key; undefined = the master key does. */
  readonly present: KeyServiceConfig | undefined;
  /** Others that are described: what they wrapped is opened, and wrapped anew. */
  readonly others: readonly KeyServiceConfig[];
}

const KINDS = { vault: 'VAULT', 'aws-kms': 'AWS_KMS' } as const;
const NEEDED = { VAULT: 'VAULT_TRANSIT_KEY', AWS_KMS: 'KMS_KEY_ID' } as const;

/** @throws ConfigError that names what is missing. */
export function keyServices(values: KeyServiceValues): KeyServicesConfig {
  const described = [vault(values), kms(values)].filter((service) => service !== undefined);
  const { FLYWHEEL_KEY_SERVICE: chosen } = values;
  if (chosen === 'none') return { present: undefined, others: described };
  const kind = KINDS[chosen];
  const present = described.find((service) => service.kind === kind);
  if (!present)
    throw new ConfigError(`FLYWHEEL_KEY_SERVICE is ${chosen}, so ${NEEDED[kind]} must be set too.`);
  return { present, others: described.filter((service) => service !== present) };
}

/** Address and token are often set for other programs, so that they alone describe nothing. */
function vault(values: KeyServiceValues): VaultConfig | undefined {
  const { VAULT_TRANSIT_KEY: key, VAULT_ADDR: address, VAULT_TOKEN: text, VAULT_TOKEN_FILE: file } = values;
  if (!key) return undefined;
  if (!address) throw new ConfigError('VAULT_TRANSIT_KEY is set, so VAULT_ADDR must be set too.');
  if ((text === undefined) === (file === undefined))
    throw new ConfigError(
      'VAULT_TRANSIT_KEY is set, so VAULT_TOKEN or VAULT_TOKEN_FILE must be set too, and not both.',
    );
  return {
    kind: 'VAULT',
    url: guarded('VAULT_ADDR', address),
    mount: values.VAULT_TRANSIT_MOUNT,
    key,
    namespace: values.VAULT_NAMESPACE,
    token: text === undefined ? { file: file! } : { text },
  };
}

function kms(values: KeyServiceValues): KmsConfig | undefined {
  const { KMS_KEY_ID: keyId, KMS_REGION: region, KMS_ENDPOINT: endpoint } = values;
  const { KMS_ACCESS_KEY_ID: accessKeyId, KMS_SECRET_ACCESS_KEY: secretAccessKey } = values;
  if (!keyId) {
    const other = (Object.keys(keyServiceVariables) as (keyof KeyServiceValues)[]).find(
      (variable) => variable.startsWith('KMS_') && values[variable] !== undefined,
    );
    if (other) throw new ConfigError(`${other} is set, so KMS_KEY_ID must be set too.`);
    return undefined;
  }
  if (!region || !accessKeyId || !secretAccessKey)
    throw new ConfigError(
      'KMS_KEY_ID is set, so KMS_REGION, KMS_ACCESS_KEY_ID and KMS_SECRET_ACCESS_KEY must be set too.',
    );
  return {
    kind: 'AWS_KMS',
    url: guarded('KMS_ENDPOINT', endpoint ?? `https://kms.${region}.amazonaws.com`),
    region,
    keyId,
    keys: { accessKeyId, secretAccessKey },
  };
}

/** The root key itself is on the way there and back. */
function guarded(variable: string, address: string): string {
  const { protocol, hostname } = new URL(address);
  if (protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, '')))
    throw new ConfigError(
      `${variable} would send the root key in the clear: it must be https, but for a service on this machine.`,
    );
  return address.replace(/\/+$/, '');
}
