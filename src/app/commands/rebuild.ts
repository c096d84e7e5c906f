/** `rebuild` makes projections anew, of all events or of all rows; without names it tells which there are. */
import { readConfig } from '../../platform/config';
import { type Projection, rebuildProjection } from '../../platform/events';
import { type Backstage, createBackstage } from '../app';
import { CommandError, takeGround } from '../command';

export async function rebuild(names: readonly string[]): Promise<void> {
  const config = readConfig();
  const ground = await takeGround(config);
  try {
    const backstage = await createBackstage({ config, databaseUrl: ground.databaseUrl });
    try {
      await rebuildNamed(backstage, names);
    } finally {
      await backstage.platform.close();
    }
  } finally {
    await ground.leave();
  }
}

async function rebuildNamed(
  { platform, modules, dispatcher }: Backstage,
  names: readonly string[],
): Promise<void> {
  const all = modules.manifests.flatMap(({ projections = [] }) => projections);
  const lines = all.map(({ name, holds }) => `  ${name.padEnd(20)} ${holds}`);
  if (names.length === 0)
    return void process.stdout.write(`Name what is to be made anew:\n${lines.join('\n')}\n`);
  const wanted = names.map((name) => named(all, name, lines));
  for (const projection of wanted) await rebuildProjection(platform.database.unitOfWork, projection);
  // Those of a service that runs meanwhile may be quicker.
  await dispatcher.start();
  try {
    await dispatcher.drain();
  } finally {
    await dispatcher.stop();
  }
  process.stdout.write(`Made anew: ${names.join(', ')}.\n`);
}

function named(all: readonly Projection[], name: string, lines: readonly string[]): Projection {
  const projection = all.find((one) => one.name === name);
  if (!projection) throw new CommandError(`There is no projection ${name}. Known are:\n${lines.join('\n')}`);
  return projection;
}
