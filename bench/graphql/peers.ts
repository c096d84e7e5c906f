/** The peers live in a package of their own, installed when a benchmark first needs them. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

const FOLDER = path.resolve(__dirname, '../peers');

export function peer(file: string): string {
  return path.join(FOLDER, file);
}

/** PostGraphile 5 asks for Node 22, which npm brings as a package: under another name for a Mac. */
export function peerNode(): string {
  const family = process.platform === 'darwin' ? 'node-bin' : 'node';
  return path.join(FOLDER, 'node_modules', `${family}-${process.platform}-${process.arch}`, 'bin', 'node');
}

export function installPeers(): void {
  if (fs.existsSync(path.join(FOLDER, 'node_modules', '.package-lock.json'))) return;
  console.error('Installing the peers into bench/peers (once) …');
  execFileSync('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: FOLDER,
    stdio: ['ignore', 2, 2],
  });
}
