/**
 * Checks a request's signature as AWS does, written from its documentation and not with the library that signs: "Authenticating Requests
 * (AWS Signature Version 4)", in headers and in the query. S3 has the hash of the body told in a header; other services take it of the body.
 */
import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

export interface KnownKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: 's3' | 'kms';
}

export interface SignatureFault {
  readonly status: number;
  readonly code: string;
  readonly message: string;
  readonly region?: string;
}

const QUARTER_MS = 15 * 60_000;
const fault = (status: number, code: string, message: string = code): SignatureFault => ({
  status,
  code,
  message,
});

/** Undefined when it is as it should be. */
export function signatureFault(
  request: IncomingMessage,
  body: Buffer,
  keys: KnownKeys,
  nowMs: number,
): SignatureFault | undefined {
  const [path = '', queryText = ''] = (request.url ?? '').split('?');
  const query = new Map(new URLSearchParams(queryText));
  const inQuery = query.has('X-Amz-Signature');
  const given = inQuery ? fromQuery(query) : fromHeaders(request);
  if (!given) return fault(403, 'AccessDenied', 'no signature');
  const [accessKeyId, day, region, service] = given.credential.split('/');
  if (accessKeyId !== keys.accessKeyId) return fault(403, 'InvalidAccessKeyId');
  if (region !== keys.region || service !== keys.service)
    return { ...fault(400, 'AuthorizationHeaderMalformed', 'wrong region'), region: keys.region };
  const signedAt = Date.parse(
    given.date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
  );
  if (inQuery && nowMs > signedAt + given.expires * 1000)
    return fault(403, 'AccessDenied', 'Request has expired');
  if (!inQuery && Math.abs(nowMs - signedAt) > QUARTER_MS) return fault(403, 'RequestTimeTooSkewed');
  const told = keys.service === 's3' ? String(request.headers['x-amz-content-sha256']) : hashOf(body);
  const content = inQuery ? 'UNSIGNED-PAYLOAD' : told;
  const mustBeSigned = Object.keys(request.headers).filter(
    (name) => name === 'host' || name.startsWith('x-amz-'),
  );
  if (mustBeSigned.some((name) => !given.signedHeaders.includes(name)))
    return fault(403, 'AccessDenied', 'There were headers present in the request which were not signed');
  query.delete('X-Amz-Signature');
  const canonical = [
    request.method,
    path,
    [...query]
      .map((pair) => pair.map(encoded).join('='))
      .sort()
      .join('&'),
    ...given.signedHeaders.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    given.signedHeaders.join(';'),
    content,
  ].join('\n');
  const scope = [day, region, service, 'aws4_request'];
  const toSign = ['AWS4-HMAC-SHA256', given.date, scope.join('/'), hashOf(canonical)].join('\n');
  const key = scope.reduce<string | Buffer>(
    (before, part) => hmac(before, part!),
    `AWS4${keys.secretAccessKey}`,
  );
  if (hmac(key, toSign).toString('hex') !== given.signature) return fault(403, 'SignatureDoesNotMatch');
  if (content !== 'UNSIGNED-PAYLOAD' && content !== hashOf(body))
    return fault(400, 'XAmzContentSHA256Mismatch');
  return undefined;
}

interface Given {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  readonly date: string;
  readonly expires: number;
}

function fromHeaders({ headers }: IncomingMessage): Given | undefined {
  const [, credential, signed, signature] =
    /^AWS4-HMAC-SHA256 Credential=(\S+), SignedHeaders=(\S+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    ) ?? [];
  if (!credential || !signed || !signature) return undefined;
  return {
    credential,
    signedHeaders: signed.split(';'),
    signature,
    date: String(headers['x-amz-date']),
    expires: 0,
  };
}

function fromQuery(query: ReadonlyMap<string, string>): Given {
  const of = (name: string): string => query.get(`X-Amz-${name}`) ?? '';
  return {
    credential: of('Credential'),
    signedHeaders: of('SignedHeaders').split(';'),
    signature: of('Signature'),
    date: of('Date'),
    expires: Number(of('Expires')),
  };
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

const hashOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();
