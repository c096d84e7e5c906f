/** The script in docs as a stranger runs it. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How it ends for a file with these contents, and what it says of what is not true. */
export function verifiedByScript(contents: object): { status: number; text: string } {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-proof-'));
  const file = path.join(folder, 'proof.json');
  fs.writeFileSync(file, JSON.stringify(contents));
  try {
    const script = [path.resolve(__dirname, '../../docs/verify-audit.mjs'), file];
    return { status: 0, text: execFileSync(process.execPath, script, { encoding: 'utf8', stdio: 'pipe' }) };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    return { status, text: stderr };
  } finally {
    fs.rmSync(folder, { recursive: true });
  }
}
