/** Stops the PostgreSQL of the run and removes its files. */
import { leaveFolder } from './leftovers';

export default async function globalTeardown(): Promise<void> {
  const cluster = globalThis.flywheelTestCluster;
  if (!cluster) return;
  await cluster.server.stop();
  leaveFolder(cluster.folder);
}
