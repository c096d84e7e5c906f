/** `schema` writes schema/schema.graphql and docs/errors.md from the code; `schema --check` fails when they drifted. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { readConfig } from '../../platform/config';
import { errorsMarkdown } from '../../platform/graphql';
import { createBackstage } from '../app';
import { CommandError, takeGround } from '../command';
import { buildSchema } from '../schema';

const ROOT = path.resolve(__dirname, '../../..');

export async function schema(args: readonly string[]): Promise<void> {
  const files = { 'schema/schema.graphql': await printedSchema(), 'docs/errors.md': errorsMarkdown() };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(ROOT, name);
    if (!args.includes('--check')) fs.writeFileSync(file, text);
    else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      throw new CommandError(`${name} is not what the code says: run npm run schema and commit the result.`);
    }
  }
}

/** The schema of the whole composition, which stands on a database: a throw-away one. */
async function printedSchema(): Promise<string> {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'flywheel-schema-'));
  fs.chmodSync(folder, 0o755);
  const config = readConfig({ FLYWHEEL_DATA_DIR: folder });
  const ground = await takeGround(config);
  try {
    const { platform, modules } = await createBackstage({ config, databaseUrl: ground.databaseUrl });
    const printed = printSchema(lexicographicSortSchema(buildSchema(platform, modules)));
    await platform.close();
    return `${printed}\n`;
  } finally {
    await ground.leave();
    fs.rmSync(folder, { recursive: true, force: true });
  }
}
