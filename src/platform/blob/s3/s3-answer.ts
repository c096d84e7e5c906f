/**
 * What is read of the XML that S3 answers with. Servers write these documents by one schema, without attributes or nesting that
 * matter here, and the keys are ours (hexadecimal digits), so that finding elements by their names is enough of a parser.
 */
export interface ListedObject {
  readonly key: string;
  readonly sizeBytes: number;
  readonly modifiedAt: Date;
}

export interface ListAnswer {
  readonly objects: readonly ListedObject[];
  /** Where the next page begins; undefined on the last one. */
  readonly next: string | undefined;
}

export interface ErrorAnswer {
  readonly code: string;
  readonly message: string;
  /** Where the bucket lies, when it was looked for elsewhere. */
  readonly region: string | undefined;
}

/** @throws Error when it is no list: a proxy may answer 200 with a page of its own. */
export function listOf(xml: string): ListAnswer {
  if (!xml.includes('<ListBucketResult')) throw new Error('the answer is no list of objects');
  const objects = [...xml.matchAll(/<Contents>(.*?)<\/Contents>/gs)].map(([, item = '']) => {
    const object = {
      key: element(item, 'Key') ?? '',
      sizeBytes: Number(element(item, 'Size')),
      modifiedAt: new Date(element(item, 'LastModified') ?? ''),
    };
    if (!Number.isFinite(object.sizeBytes + object.modifiedAt.getTime()))
      throw new Error(`the list tells no size or time of ${object.key}`);
    return object;
  });
  const isCut = element(xml, 'IsTruncated') === 'true';
  const next = isCut ? element(xml, 'NextContinuationToken') : undefined;
  if (isCut && !next) throw new Error('the list is cut and does not say where it goes on');
  return { objects, next };
}

/** Undefined when it is no error; S3 can also send one after a 200. */
export function errorOf(xml: string): ErrorAnswer | undefined {
  if (!/<Error[\s>]/.test(xml)) return undefined;
  return {
    code: element(xml, 'Code') ?? '',
    message: element(xml, 'Message') ?? '',
    region: element(xml, 'Region'),
  };
}

function element(xml: string, name: string): string | undefined {
  const found = new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
  return found && unescaped(found);
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (whole, decimal, hex, name: string) => {
    if (decimal) return String.fromCodePoint(Number(decimal));
    if (hex) return String.fromCodePoint(Number.parseInt(hex as string, 16));
    return ENTITIES[name] ?? whole;
  });
}
