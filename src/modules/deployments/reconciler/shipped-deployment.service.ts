/** Sees that every model that comes with the product is served under its name, and leaves what staff made of it alone. */
import { type Database, SERVICE } from '../../../platform/database';
import type { ModelsModule } from '../../models';
import { Deployment, Environment } from '../deployment.entity';
import type { DeploymentService } from '../deployment.service';

const PRINCIPAL = { kind: 'SYSTEM', name: 'shipped-models' } as const;

export class ShippedDeploymentService {
  constructor(
    private readonly database: Database,
    private readonly deployments: DeploymentService,
    private readonly shipped: ModelsModule['shipped'],
  ) {}

  async ensure(): Promise<void> {
    const { unitOfWork } = this.database;
    for (const { name, versionId } of this.shipped.versions()) {
      await unitOfWork.run(SERVICE, async () => {
        // Processes that start together must not both make it.
        await unitOfWork.takeTurn(`shipped ${name}`);
        if (await unitOfWork.repository(Deployment).findOne({ where: { name }, select: { id: true } }))
          return;
        const routes = [{ versionId, weight: 100 }];
        await this.deployments.create({ name, environment: Environment.PRODUCTION, routes }, PRINCIPAL);
      });
    }
  }
}
