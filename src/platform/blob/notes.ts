/**
 * Small notes under names of their own, beside the blobs: what must be known although the database was put back to an earlier day. They
 * are no blobs, so no row need name them and no sweep takes them away.
 */
export interface Notes {
  /** In the place of the one that had the name; it is on the disk, or in the bucket, when this answers. */
  write(name: string, text: string): Promise<void>;
  /** Undefined where there is none. */
  read(name: string): Promise<string | undefined>;
  /** Safe to do again. */
  remove(name: string): Promise<void>;
  /** All names that come after this text, in no order. */
  names(after: string): AsyncIterable<string>;
}

/** A shelf and a name on it, so that no folder grows without end. */
export function isNoteName(text: string): boolean {
  return /^[\w-]+\/[\w-][\w.-]*$/.test(text);
}

/** @throws Error for what could lead elsewhere. */
export function noteName(name: string): string {
  if (!isNoteName(name)) throw new Error(`not the name of a note: ${name}`);
  return name;
}
