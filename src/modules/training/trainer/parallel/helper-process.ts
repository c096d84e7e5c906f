/** A helper in a process of its own, with the data read anew: only weights and gradients travel. */
import { spawn } from 'node:child_process';
import { environmentWith } from '../../../../platform/config';
import { trainerCommand } from '../process/trainer-command';
import type { HelperMessage, TrainingTask } from '../process/trainer-message';
import type { HelperLink, HelperListener } from './team';

export function openHelperProcess(task: TrainingTask, listener: HelperListener): HelperLink {
  const { command, args } = trainerCommand();
  const child = spawn(command, args, {
    env: environmentWith({}),
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
  });
  let isGone = false;
  const gone = (): void => {
    if (isGone) return;
    isGone = true;
    listener.onGone();
  };
  child.on('error', gone);
  child.on('close', gone);
  child.on('message', (message: HelperMessage) => {
    if (message.kind === 'ready') listener.onReady();
    else listener.onGradient(message.turn, message.gradient);
  });
  // What cannot be sent any more is answered by `close`.
  const send = (order: object): void => void (child.connected && child.send(order, () => undefined));
  const { label, protectedAttributes, recipe, tablePath } = task;
  send({ kind: 'help', task: { label, protectedAttributes, recipe, tablePath } });
  return {
    ask: (turn, weights, part) => send({ kind: 'gradient', turn, weights, part }),
    close: () => {
      isGone = true;
      child.kill('SIGKILL');
    },
  };
}
