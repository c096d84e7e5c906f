/** The processes that train for this one, their sudden end, and who cleans up behind them. */
import { execFileSync } from 'node:child_process';
import type { World } from '../support/world';

export function trainers(): number[] {
  const children = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  return children.split('\n').flatMap((line) => {
    const [pid, parent, ...command] = line.trim().split(/\s+/);
    const isTrainer = Number(parent) === process.pid && command.join(' ').includes('trainer-process');
    return isTrainer ? [Number(pid)] : [];
  });
}

export async function killTrainer(world: World): Promise<void> {
  await world.until(async () => trainers().length === 1, 'a trainer to run');
  process.kill(trainers()[0]!, 'SIGKILL');
}

/** As every ten minutes. */
export async function sweepCheckpoints({ app }: World): Promise<void> {
  const { jobs, database } = app.platform;
  await database.unitOfWork.run({ service: true }, () => jobs.enqueue('training.sweep-checkpoints', {}));
}
