/** Whether a value is of the type of its flag: programs that ask for a number must never meet a text. */
export function fitsType(type: 'BOOLEAN' | 'STRING' | 'NUMBER' | 'JSON', value: unknown): boolean {
  switch (type) {
    case 'BOOLEAN':
      return typeof value === 'boolean';
    case 'STRING':
      return typeof value === 'string';
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value);
    case 'JSON':
      return value !== undefined && value !== null;
  }
}
