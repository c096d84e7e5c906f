/** Starts PostgreSQL once and prepares the template from which every test file clones its database. */
import 'reflect-metadata';
import path from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../src/platform/database';
import { announceCluster, createTemplate, templateUrl } from './cluster';
import { testConfig } from './config';
import { ownFolder, removeLeftovers } from './leftovers';

declare global {
  var flywheelTestCluster: { server: EmbeddedPostgres; folder: string } | undefined;
}

export default async function globalSetup(): Promise<void> {
  await removeLeftovers();
  const folder = ownFolder();
  const server = await startEmbeddedPostgres({ folder: path.join(folder, 'postgres'), durable: false });
  globalThis.flywheelTestCluster = { server, folder };
  announceCluster(server.url('postgres'));
  await createTemplate();
  const { createBackstage } = await import('../../src/app/app');
  const config = testConfig(path.join(folder, 'data'));
  const { platform } = await createBackstage({ config, databaseUrl: templateUrl() });
  await platform.close();
}
