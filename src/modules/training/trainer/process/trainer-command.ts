/** How a trainer's process is started. */
import path from 'node:path';
import { programArguments } from '../../../../platform/config';

export function trainerCommand(): { command: string; args: string[] } {
  return { command: process.execPath, args: programArguments(path.join(__dirname, 'trainer-process')) };
}
