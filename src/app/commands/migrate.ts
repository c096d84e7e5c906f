/** `migrate` brings the database up to date; `seed` also puts in what an empty one needs. */
import { readConfig } from '../../platform/config';
import { createBackstage } from '../app';
import { takeGround } from '../command';
import { createPlatform } from '../platform';
import { systemClock } from '../../kernel/clock';

export async function migrate(): Promise<void> {
  const config = readConfig();
  const ground = await takeGround(config);
  try {
    const platform = await createPlatform({ config, databaseUrl: ground.databaseUrl, clock: systemClock });
    await platform.close();
    process.stdout.write(`The database is up to date (${ground.place}).\n`);
  } finally {
    await ground.leave();
  }
}

export async function seed(): Promise<void> {
  const config = readConfig();
  const ground = await takeGround(config);
  try {
    const { platform } = await createBackstage({ config, databaseUrl: ground.databaseUrl });
    await platform.close();
    process.stdout.write(`The database is up to date and seeded (${ground.place}).\n`);
  } finally {
    await ground.leave();
  }
}
