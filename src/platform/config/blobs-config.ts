/** Where blobs lie: a folder needs nothing, a bucket needs its name, its region and its keys. */
import path from 'node:path';
import { z } from 'zod';
import { ConfigError } from './config-error';

export const s3Variables = {
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .optional()
    .describe('Bucket for artefacts, data sets and reports; default: a folder in the data folder.'),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, 'must be a region like eu-central-1; auto at R2, us-east-1 at MinIO')
    .optional()
    .describe('Region of the bucket; needed with S3_BUCKET.'),
  S3_ENDPOINT: z
    .url({ protocol: /^https?$/, error: 'must be a URL like https://minio.example:9000' })
    .optional()
    .describe('Where the S3-compatible store is; default: AWS in the region.'),
  S3_ACCESS_KEY_ID: z.string().min(1).optional().describe('Needed with S3_BUCKET.'),
  S3_SECRET_ACCESS_KEY: z.string().min(1).optional().describe('Needed with S3_BUCKET.'),
  S3_PREFIX: z
    .string()
    .regex(/^\w[\w-]*(\/[\w-]+)*\/?$/, 'must be names of letters, digits, _ and -, separated by /')
    .optional()
    .describe('What the names of objects begin with, where the bucket holds other things too.'),
  S3_ENCRYPTION: z
    .enum(['AES256', 'aws:kms'])
    .optional()
    .describe('How the store encrypts what it keeps; default: as the bucket says.'),
  S3_KMS_KEY_ID: z
    .string()
    .min(1)
    .optional()
    .describe('Key for S3_ENCRYPTION=aws:kms; default: that of the account.'),
  S3_CACHE_DIR: z
    .string()
    .min(1)
    .optional()
    .describe('Folder of this machine for copies of blobs; default: blob-cache in the data folder.'),
  S3_CACHE_MB: z.coerce
    .number('must be a number above zero')
    .positive('must be a number above zero')
    .default(10_240)
    .describe('How much the copies may take; what is in use stays beyond it.'),
};

type S3Values = z.infer<z.ZodObject<typeof s3Variables>>;

export interface S3Config {
  readonly kind: 'S3';
  /** `url`: origin and path under which its objects lie. */
  readonly bucket: { readonly name: string; readonly region: string; readonly url: string };
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string };
  /** Empty, or ends with a slash. */
  readonly prefix: string;
  readonly encryption:
    { readonly algorithm: 'AES256' | 'aws:kms'; readonly keyId: string | undefined } | undefined;
  readonly cacheFolder: string;
  readonly cacheBytes: number;
}

export type BlobsConfig = { readonly kind: 'FOLDER'; readonly folder: string } | S3Config;

/** @throws ConfigError that names what is missing. */
export function blobsConfig(values: S3Values, dataDir: string): BlobsConfig {
  const { S3_BUCKET: name, S3_REGION: region, S3_ACCESS_KEY_ID: accessKeyId } = values;
  const { S3_SECRET_ACCESS_KEY: secretAccessKey, S3_ENCRYPTION: algorithm, S3_KMS_KEY_ID: keyId } = values;
  if (!name) {
    const others = (Object.keys(s3Variables) as (keyof S3Values)[]).filter(
      (variable) => variable !== 'S3_CACHE_MB' && values[variable] !== undefined,
    );
    if (others.length > 0) throw new ConfigError(`${others[0]} is set, so S3_BUCKET must be set too.`);
    return { kind: 'FOLDER', folder: path.join(dataDir, 'blobs') };
  }
  if (!region || !accessKeyId || !secretAccessKey)
    throw new ConfigError(
      'S3_BUCKET is set, so S3_REGION, S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY must be set too.',
    );
  if (keyId && algorithm !== 'aws:kms')
    throw new ConfigError('S3_KMS_KEY_ID is set, so S3_ENCRYPTION must be aws:kms.');
  return {
    kind: 'S3',
    bucket: { name, region, url: addressOf(name, region, values.S3_ENDPOINT) },
    keys: { accessKeyId, secretAccessKey },
    prefix: values.S3_PREFIX ? `${values.S3_PREFIX.replace(/\/$/, '')}/` : '',
    encryption: algorithm && { algorithm, keyId },
    cacheFolder: path.resolve(values.S3_CACHE_DIR ?? path.join(dataDir, 'blob-cache')),
    cacheBytes: values.S3_CACHE_MB * 2 ** 20,
  };
}

/** The bucket in the path, which every store takes; AWS wants it in the host's name, where its certificate allows that. */
function addressOf(name: string, region: string, endpoint: string | undefined): string {
  if (endpoint) return `${endpoint.replace(/\/+$/, '')}/${name}`;
  const host = `s3.${region}.amazonaws.com`;
  return name.includes('.') ? `https://${host}/${name}` : `https://${name}.${host}`;
}
