/** What goes wrong with models, each in words that say what to do next. */
import type { AppError } from '../../kernel/errors';
import { conflict } from '../../kernel/errors';

/** Bytes on disk that are no longer those that were stored: nothing may be answered with them. */
export class DamagedArtefact extends Error {
  override readonly name = 'DamagedArtefact';
}

export function damagedArtefact(versionId: string, format: string, cause: unknown): DamagedArtefact {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new DamagedArtefact(`The ${format} artefact of version ${versionId} cannot be served: ${why}.`, {
    cause,
  });
}

export function otherTask(name: string, task: string): AppError {
  return conflict(`A model named ${name} exists for the task ${task}. Choose another name.`, [
    'input',
    'modelName',
  ]);
}

export function aliasMovedMeanwhile(alias: string, currentId: string | null): AppError {
  const where = currentId ?? 'nothing';
  const message = `The alias ${alias} now points at ${where}. Look at it again and decide anew.`;
  return conflict(message, ['input', 'expectedVersionId'], currentId ?? undefined);
}

export function runsElsewhere(): AppError {
  const message =
    'This version runs on a server of somebody else, and its weights are there. Fetch them from whoever runs it.';
  return conflict(message, ['input', 'id']);
}

export function notWarm(versionId: string): AppError {
  const message = `The version ${versionId} is not warm: nothing would answer where the alias leads. Serve it with a deployment, at weight 0 if need be, and move the alias when that is READY.`;
  return conflict(message, ['input', 'versionId'], versionId);
}

export function versionInUse(versionId: string, users: readonly string[]): AppError {
  const message = `The version ${versionId} is used by ${users.join(', ')}. Lead them to another version first.`;
  return conflict(message, ['input', 'id'], versionId);
}

export function retiredVersion(versionId: string, reason: string, path: readonly string[]): AppError {
  return conflict(`The version ${versionId} was retired: ${reason} Choose another one.`, path, versionId);
}
