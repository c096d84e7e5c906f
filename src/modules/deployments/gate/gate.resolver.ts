/** The gate, asked without promoting anything: what would it say, and with which numbers? */
import { Arg, ID, Query, Resolver } from 'type-graphql';
import { GateCheck } from '../../../platform/graphql';
import { Can } from '../../identity';
import type { DeploymentService } from '../deployment.service';
import { WHOLE } from '../routes/split';

@Resolver()
export class GateResolver {
  constructor(private readonly deploymentService: DeploymentService) {}

  @Query(() => [GateCheck], {
    nullable: true,
    description:
      'What the gate would say now if this version were to get all traffic of the deployment; empty when the version gets traffic already. Needs deployment:manage.',
  })
  @Can('deployment:manage')
  async deploymentGate(
    @Arg('id', () => ID, { description: 'Which deployment.' }) id: string,
    @Arg('versionId', () => ID, { description: 'The version to judge.' }) versionId: string,
  ): Promise<GateCheck[]> {
    return this.deploymentService.judge(id, [{ versionId, weight: WHOLE }]);
  }
}
