/** `blobs` tells what lies in the blob store and is named by nobody; with `--delete` it goes at once, not in the night. */
import { parseArgs } from 'node:util';
import type { BlobFigures } from '../../platform/blob';
import { readConfig } from '../../platform/config';
import { createBackstage } from '../app';
import { takeGround } from '../command';

const MEBIBYTE = 2 ** 20;

export async function blobs(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({ args: [...args], options: { delete: { type: 'boolean', default: false } } });
  const deletes = values.delete;
  const config = readConfig();
  const ground = await takeGround(config);
  try {
    const { platform, blobSweep } = await createBackstage({ config, databaseUrl: ground.databaseUrl });
    try {
      const figures = await blobSweep.run({ deletes, isSure: deletes });
      process.stdout.write(`${blobLines(figures, ground.place, deletes).join('\n')}\n`);
    } finally {
      await platform.close();
    }
  } finally {
    await ground.leave();
  }
}

/** What is told of it: also what the job of the night will refuse, and why. */
export function blobLines(figures: BlobFigures, place: string, deletes: boolean): string[] {
  return [
    `${figures.blobs} blobs, ${inMebibytes(figures.bytes)} (${place})`,
    `${figures.unnamed} of them, ${inMebibytes(figures.unnamedBytes)}, are named by nobody and older than a day`,
    deletes
      ? `${figures.deleted} were deleted`
      : (figures.refused ?? 'Nothing was deleted: --delete does it, as does the job of every night.'),
  ];
}

function inMebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
