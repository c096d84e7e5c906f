/** Disputes: raised by the cards that do so, and settled at once by the words that Stripe's test mode knows. */
import type { EventLog } from '../event/event-log';
import { notAllowed } from '../request/refusal';
import type { ObjectStore } from '../store/object-store';
import type { Charge, Dispute } from '../store/wire';
import { disputeOf, reinstatedBy, withdrawnBy } from './dispute';
import type { CardDispute } from './test-card';

/** What evidence of the test mode says, and what comes of it. */
const WINS = 'winning_evidence';
const LOSES = 'losing_evidence';
const ESCALATES = 'escalate_inquiry_evidence';

export class Disputes {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  async raise(charge: Charge, kind: CardDispute, at: number): Promise<void> {
    await this.store.save<'charge'>({ ...charge, disputed: true });
    const dispute = await this.store.save(disputeOf(charge, kind, at));
    await this.events.record('charge.dispute.created', dispute, at);
    if (!kind.isInquiry) await this.withdraw(dispute, at);
  }

  /** Evidence, kept for later or handed in; what is handed in cannot be changed any more. */
  async answer(
    before: Dispute,
    evidence: Readonly<Record<string, string | null>>,
    { metadata, isSubmitted }: { readonly metadata: Record<string, string>; readonly isSubmitted: boolean },
    at: number,
  ): Promise<Dispute> {
    const hasEvidence = Object.keys(evidence).length > 0;
    if (hasEvidence) assertOpen(before);
    const kept: Dispute = { ...before, metadata, evidence: { ...before.evidence, ...evidence } };
    const answered = hasEvidence && isSubmitted ? submitted(kept) : kept;
    await this.store.save<'dispute'>(answered);
    await this.events.record('charge.dispute.updated', answered, at, before);
    if (answered.evidence_details.submission_count === before.evidence_details.submission_count)
      return answered;
    const isInquiry = answered.status === 'warning_under_review';
    switch (answered.evidence.uncategorized_text) {
      case WINS:
        return isInquiry ? this.end(answered, 'warning_closed', at) : this.win(answered, at);
      case LOSES:
        return isInquiry ? answered : this.end(answered, 'lost', at);
      case ESCALATES:
        return isInquiry ? this.withdraw({ ...answered, status: 'needs_response' }, at) : answered;
      default:
        return answered;
    }
  }

  /** Given in: the payer keeps the money. */
  async close(dispute: Dispute, at: number): Promise<Dispute> {
    assertOpen(dispute);
    return this.end(dispute, dispute.status === 'needs_response' ? 'lost' : 'warning_closed', at);
  }

  private async withdraw(dispute: Dispute, at: number): Promise<Dispute> {
    const withdrawn = await this.store.save<'dispute'>(withdrawnBy(dispute, at));
    await this.events.record('charge.dispute.funds_withdrawn', withdrawn, at);
    return withdrawn;
  }

  private async win(dispute: Dispute, at: number): Promise<Dispute> {
    const won = await this.end(dispute, 'won', at);
    const reinstated = await this.store.save<'dispute'>(reinstatedBy(won, at));
    await this.events.record('charge.dispute.funds_reinstated', reinstated, at);
    return reinstated;
  }

  private async end(dispute: Dispute, status: Dispute['status'], at: number): Promise<Dispute> {
    const ended = await this.store.save<'dispute'>({ ...dispute, status });
    await this.events.record('charge.dispute.closed', ended, at);
    return ended;
  }
}

function submitted(dispute: Dispute): Dispute {
  const details = dispute.evidence_details;
  return {
    ...dispute,
    status: dispute.status === 'needs_response' ? 'under_review' : 'warning_under_review',
    evidence_details: {
      ...details,
      has_evidence: true,
      submission_count: details.submission_count + 1,
      submission_method: 'manual',
    },
  };
}

function assertOpen({ status }: Dispute): void {
  if (status !== 'needs_response' && status !== 'warning_needs_response')
    throw notAllowed('This dispute is already closed or under review.');
}
