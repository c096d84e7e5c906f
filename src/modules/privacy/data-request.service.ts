/** Notes what a person asks for and when it is due. The deadline is the law's: one month, counted here as 30 days. */
import type { Clock } from '../../kernel/clock';
import { newId } from '../../kernel/id';
import { actorOf, type Principal } from '../../kernel/principal';
import { type Database, tenant } from '../../platform/database';
import type { Events } from '../../platform/events';
import { DataRequest, type DataRequestKind, DataRequestStatus } from './data-request.entity';
import { dataRequestCreated } from './privacy.events';

const DUE_MS = 30 * 24 * 60 * 60 * 1000;

export class DataRequestService {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly clock: Clock,
  ) {}

  /** Event: data-request.created. */
  async create(
    customerId: string,
    endUserId: string,
    kind: DataRequestKind,
    by: Principal,
  ): Promise<DataRequest> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(tenant(customerId), async () => {
      const createdAt = this.clock.now();
      const request: DataRequest = {
        customerId,
        id: newId('drq', createdAt),
        endUserId,
        kind,
        status: DataRequestStatus.RECEIVED,
        requestedBy: actorOf(by),
        createdAt,
        dueAt: new Date(createdAt.getTime() + DUE_MS),
        closedAt: null,
      };
      await unitOfWork.repository(DataRequest).insert(request);
      await this.events.emit({ ...dataRequestCreated(request), actor: by });
      return request;
    });
  }
}
