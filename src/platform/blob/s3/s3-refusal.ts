/** What a bucket refused, in words that say what to mend: most of it is met once, by whoever sets the product up. */
import { BlobStoreError } from '../blob-store-error';
import type { ErrorAnswer } from './s3-answer';

export interface Bucket {
  readonly name: string;
  readonly region: string;
  /** Origin and path under which its objects lie. */
  readonly url: string;
}

export interface Refusal extends ErrorAnswer {
  readonly method: string;
  readonly status: number;
}

/** Another time it may be answered. 409 is two writers of one object at the same moment. */
const PASSING = new Set([408, 409, 425, 429, 500, 502, 503, 504]);

export function refusedBy(bucket: Bucket, refusal: Refusal): BlobStoreError {
  const { status, code, message } = refusal;
  const isPassing = PASSING.has(status) || code === 'RequestTimeout' || code === 'SlowDown';
  const said = [code, message].filter(Boolean).join(': ') || `status ${status}`;
  return new BlobStoreError(`${whatToDo(bucket, refusal)} (It said: ${said})`, isPassing);
}

function whatToDo({ name, region, url }: Bucket, { code, status, method, region: right }: Refusal): string {
  switch (code) {
    case 'NoSuchBucket':
      return `There is no bucket ${name} at ${url}: make it, or set S3_BUCKET and S3_ENDPOINT to where it is.`;
    case 'InvalidAccessKeyId':
    case 'SignatureDoesNotMatch':
      return `The bucket ${name} does not know the keys: check S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY.`;
    case 'RequestTimeTooSkewed':
      return `The clock of this machine is wrong, so the bucket ${name} takes no signature: set it.`;
    case 'PermanentRedirect':
    case 'AuthorizationHeaderMalformed':
      return `The bucket ${name} is not in ${region}: set S3_REGION${right ? ` to ${right}` : ''}, and S3_ENDPOINT where it names a region.`;
  }
  if (status === 403)
    return `The keys may not ${method} in the bucket ${name}: give them the permissions that docs/operations.md lists.`;
  return `The bucket ${name} did not do a ${method}.`;
}

export function unreachable({ name, url }: Bucket, cause: unknown): BlobStoreError {
  const { code, message } = cause as NodeJS.ErrnoException;
  return new BlobStoreError(
    `The bucket ${name} cannot be reached at ${url}: ${code ?? message}. Check S3_ENDPOINT and the network.`,
    true,
    { cause },
  );
}
