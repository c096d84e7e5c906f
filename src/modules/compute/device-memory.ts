/** How much memory a device has, where anybody says so. */
import { execFile } from 'node:child_process';
import { totalmem } from 'node:os';
import { promisify } from 'node:util';

const TIMEOUT_MS = 2_000;

/** What this machine, or the container in it, may use. */
export function machineMemory(): number {
  const allowed = process.constrainedMemory();
  return allowed > 0 && allowed < totalmem() ? allowed : totalmem();
}

/** The first CUDA device's, as its driver's own tool says; undefined where the tool is missing. */
export async function cudaMemory(): Promise<number | undefined> {
  const question = ['--query-gpu=memory.total', '--format=csv,noheader,nounits'];
  const answer = await promisify(execFile)('nvidia-smi', question, { timeout: TIMEOUT_MS }).catch(
    () => undefined,
  );
  const megabytes = Number(answer?.stdout.split('\n', 1)[0]);
  return megabytes > 0 ? megabytes * 2 ** 20 : undefined;
}
