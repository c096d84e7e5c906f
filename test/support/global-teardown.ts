/** Stops the PostgreSQL of the run and removes its files. */
import fs from 'node:fs';

export default async function globalTeardown(): Promise<void> {
  const cluster = globalThis.flywheelTestCluster;
  if (!cluster) return;
  await cluster.server.stop();
  fs.rmSync(cluster.folder, { recursive: true, force: true });
}
