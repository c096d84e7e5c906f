/** A disk without room, as the system says it: the disk itself, or a quota on it, as shared volumes have. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT']);

export function isDiskFull(error: unknown): boolean {
  return error instanceof Error && NO_ROOM.has((error as NodeJS.ErrnoException).code ?? '');
}
