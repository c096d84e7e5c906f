/** `blobs` tells what lies in the blob store and is named by nobody; with `--delete` it goes at once, not in the night. */
import { parseArgs } from 'node:util';
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
      const lines = [
        `${figures.blobs} blobs, ${inMebibytes(figures.bytes)} (${ground.place})`,
        `${figures.unnamed} of them, ${inMebibytes(figures.unnamedBytes)}, are named by nobody and older than a day`,
        deletes
          ? `${figures.deleted} were deleted`
          : 'Nothing was deleted: --delete does it, as does the job of every night.',
      ];
      process.stdout.write(`${lines.join('\n')}\n`);
    } finally {
      await platform.close();
    }
  } finally {
    await ground.leave();
  }
}

function inMebibytes(bytes: number): string {
  return `${(bytes / MEBIBYTE).toFixed(1)} MiB`;
}
