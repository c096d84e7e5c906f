/** Disputes, as they can be asked for: seen, answered with evidence, given in. Nobody raises one but the bank of a payer. */
import type { SandboxTime } from '../calendar/sandbox-time';
import type { Call, Operation } from '../request/call';
import type { Parameters } from '../request/parameters';
import type { ObjectStore } from '../store/object-store';
import { type Dispute, idOf } from '../store/wire';
import { EVIDENCE_IN_WORDS } from './dispute';
import type { Disputes } from './dispute.service';

export class DisputeOperations {
  constructor(
    private readonly store: ObjectStore,
    private readonly time: SandboxTime,
    private readonly disputes: Disputes,
  ) {}

  list(): Operation[] {
    const address = '/v1/disputes';
    return [
      { method: 'GET', path: address, run: ({ parameters }) => this.page(parameters) },
      { method: 'GET', path: `${address}/:id`, run: ({ path }) => this.store.get('dispute', path.id!) },
      { method: 'POST', path: `${address}/:id`, run: (call) => this.update(call) },
      { method: 'POST', path: `${address}/:id/close`, run: (call) => this.close(call) },
    ];
  }

  private page(parameters: Parameters): Promise<object> {
    const intent = parameters.text('payment_intent');
    const properties = { payment_intent: intent === undefined ? undefined : [intent] };
    return this.store.page('dispute', { parent: parameters.text('charge'), properties }, parameters);
  }

  private async update({ path, parameters, at }: Call): Promise<Dispute> {
    const dispute = await this.store.get('dispute', path.id!);
    const said = parameters.group('evidence');
    const evidence: Record<string, string | null> = {};
    for (const name of EVIDENCE_IN_WORDS) if (said?.has(name)) evidence[name] = said.nullable(name) ?? null;
    const terms = {
      metadata: parameters.metadata(dispute.metadata),
      isSubmitted: parameters.boolean('submit') ?? true,
    };
    return this.disputes.answer(dispute, evidence, terms, await this.timeOf(dispute, at));
  }

  private async close({ path, at }: Call): Promise<Dispute> {
    const dispute = await this.store.get('dispute', path.id!);
    return this.disputes.close(dispute, await this.timeOf(dispute, at));
  }

  private async timeOf({ charge }: Dispute, realTime: number): Promise<number> {
    const paid = await this.store.find('charge', idOf(charge) ?? '');
    const customer = await this.store.find('customer', idOf(paid?.customer) ?? '');
    return customer ? this.time.of(customer, realTime) : realTime;
  }
}
