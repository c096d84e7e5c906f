/** The processes that train for this one, their sudden end, and who cleans up behind them. */
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import type { World } from '../support/world';

const running = new Set<ChildProcess>();

// Node tells of each process that it starts; to ask the system for a list of them, over and over, holds the server up.
subscribe('child_process', (message) => {
  const child = (message as { process: ChildProcess }).process;
  child.once('spawn', () => {
    if (!child.spawnargs.join(' ').includes('trainer-process')) return;
    running.add(child);
    child.once('exit', () => running.delete(child));
  });
});

/** Process ids of those that were not told to end. */
export function trainers(): number[] {
  return [...running].filter(({ killed }) => !killed).map(({ pid }) => pid!);
}

export async function killTrainer(world: World): Promise<void> {
  await world.until(async () => trainers().length === 1, 'a trainer to run');
  [...running].find(({ killed }) => !killed)!.kill('SIGKILL');
}

/** As every ten minutes. */
export async function sweepCheckpoints({ app }: World): Promise<void> {
  const { jobs, database } = app.platform;
  await database.unitOfWork.run({ service: true }, () => jobs.enqueue('training.sweep-checkpoints', {}));
}
