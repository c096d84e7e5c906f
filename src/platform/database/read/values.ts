/** Values as PostgreSQL's text format has them. Written out here so that a bad value fails before anything is sent. */
export type Encoded = string | Buffer | null;

export function encodeValue(value: unknown): Encoded {
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
      return String(value);
    case 'boolean':
      return value ? 't' : 'f';
    case 'object':
      if (value === null) return null;
      if (value instanceof Date) return value.toISOString();
      if (Buffer.isBuffer(value)) return value;
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (Array.isArray(value)) return arrayLiteral(value);
      return JSON.stringify(value);
    case 'undefined':
      return null;
    default:
      throw new TypeError(`a ${typeof value} is no value for the database`);
  }
}

function arrayLiteral(values: readonly unknown[]): string {
  const parts = values.map((value) => {
    if (value === null || value === undefined) return 'NULL';
    if (Array.isArray(value)) return arrayLiteral(value);
    const encoded = encodeValue(value);
    const text = Buffer.isBuffer(encoded) ? `\\x${encoded.toString('hex')}` : encoded!;
    return `"${text.replace(/["\\]/g, '\\$&')}"`;
  });
  return `{${parts.join(',')}}`;
}

/** `%…%` around the text, its own wildcards taken literally. */
export function substringPattern(text: string): string {
  return `%${text.replace(/[\\%_]/g, '\\$&')}%`;
}
