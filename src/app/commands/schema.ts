/** `schema` writes schema/schema.graphql and docs/errors.md from the code; `schema --check` fails when they drifted. */
import fs from 'node:fs';
import path from 'node:path';
import { lexicographicSortSchema, printSchema } from 'graphql';
import { errorsMarkdown } from '../../platform/graphql';
import { CommandError } from '../command';
import { sketchSchema } from '../schema-offline';

const ROOT = path.resolve(__dirname, '../../..');

export async function schema(args: readonly string[]): Promise<void> {
  const files = {
    'schema/schema.graphql': `${printSchema(lexicographicSortSchema(sketchSchema()))}\n`,
    'docs/errors.md': errorsMarkdown(),
  };
  for (const [name, text] of Object.entries(files)) {
    const file = path.join(ROOT, name);
    if (!args.includes('--check')) fs.writeFileSync(file, text);
    else if (!fs.existsSync(file) || fs.readFileSync(file, 'utf8') !== text) {
      throw new CommandError(`${name} is not what the code says: run npm run schema and commit the result.`);
    }
  }
}
