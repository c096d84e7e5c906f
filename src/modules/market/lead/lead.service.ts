/**
 * Enters leads, moves them and closes them. Words and addresses are sealed under the id of their lead; the same person is found again
 * by a keyed hash, and a token that a link carries by another. Whoever signs up by that link converts the lead, in the transaction
 * of the sign-up.
 */
import { randomBytes } from 'node:crypto';
import type { Clock } from '../../../kernel/clock';
import { conflict, invalidInput, notFound } from '../../../kernel/errors';
import { newId } from '../../../kernel/id';
import { actorOf, type Principal } from '../../../kernel/principal';
import type { Crypto } from '../../../platform/crypto';
import { type Database, SERVICE } from '../../../platform/database';
import type { Events } from '../../../platform/events';
import type { RetentionRule } from '../../../platform/module';
import { LossReason } from '../../billing';
import { Customer, isActiveStaff, type SignUpAttribution, type SignUpHook, Staff } from '../../identity';
import { Channel } from '../channel/channel.entity';
import { Competitor } from '../competitor/competitor.entity';
import type { LeadConvertInput, LeadCreateInput, LeadLoseInput, LeadUpdateInput } from './lead.input';
import { Lead, LeadStage } from './lead.entity';

const PURPOSE = 'lead';
const CLOSED: readonly LeadStage[] = [LeadStage.WON, LeadStage.LOST];
const FORGOTTEN = 'organisation = null, email = null, email_hash = null, notes = null, token_hash = null';

export const LEAD_RETENTION: RetentionRule = {
  table: 'leads',
  goes: 'who a lead was, and what was noted about it; channel, segment and outcome stay, to be counted',
  days: 2 * 365,
  key: ['id'],
  over: 'updated_at < $1 and email is not null',
  emptied: FORGOTTEN,
};

export class LeadService implements SignUpHook {
  constructor(
    private readonly database: Database,
    private readonly events: Events,
    private readonly crypto: Crypto,
    private readonly clock: Clock,
  ) {}

  /** Event: lead.created. Answers the token for the link to the sign-up, which is never shown again. @throws AppError CONFLICT for an address with an open lead. */
  async create(input: LeadCreateInput, by: Principal): Promise<{ lead: Lead; token: string }> {
    const now = this.clock.now();
    const id = newId('led', now);
    const token = randomBytes(32).toString('base64url');
    const { organisation, campaign, segment, channelId } = input;
    const lead: Lead = {
      id,
      channelId: channelId ?? null,
      campaign: campaign ?? null,
      segment: segment ?? null,
      stage: LeadStage.NEW,
      ownerId: input.ownerId ?? actorOf(by),
      organisation,
      email: this.seal(id, 'email', input.email.trim()),
      emailHash: this.crypto.mac('lead-email', input.email.trim().toLowerCase()),
      notes: input.notes ? this.seal(id, 'notes', input.notes) : null,
      tokenHash: this.hashOf(token),
      customerId: null,
      lostReason: null,
      competitorId: null,
      version: 1,
      createdBy: actorOf(by),
      createdAt: now,
      updatedAt: now,
      closedAt: null,
      erasedAt: null,
    };
    const { unitOfWork } = this.database;
    await unitOfWork.run(SERVICE, async () => {
      if (lead.channelId !== null && !(await unitOfWork.repository(Channel).existsBy({ id: lead.channelId })))
        throw notFound(['input', 'channelId']);
      await this.assertStaff(lead.ownerId);
      await this.assertNotOpen(lead.emailHash!);
      await unitOfWork.repository(Lead).insert(lead);
      const data = { channelId: lead.channelId, campaign: lead.campaign, segment: lead.segment };
      await this.events.emit({ type: 'lead.created', subject: id, after: lead, data });
    });
    return { lead, token };
  }

  /** Event: lead.updated. @throws AppError NOT_FOUND, INVALID_INPUT, or CONFLICT when it was changed meanwhile, is won, or is forgotten and notes are given. */
  update(id: string, input: LeadUpdateInput): Promise<Lead> {
    const { stage, ownerId, campaign, segment, notes, expectedVersion } = input;
    if (stage && CLOSED.includes(stage))
      throw invalidInput(
        ['input', 'stage'],
        'A lead is won by leadConvert and lost by leadLose, which ask for more.',
        'open',
      );
    return this.change(id, ['id'], 'lead.updated', async (lead) => {
      if (expectedVersion && lead.version !== expectedVersion)
        throw conflict('The lead was changed meanwhile. Read it again.', ['input', 'expectedVersion'], id);
      if (notes && lead.email === null)
        throw conflict(
          'Who this lead was is forgotten: nothing more is noted about it.',
          ['input', 'notes'],
          id,
        );
      await this.assertStaff(ownerId ?? null);
      // Who takes up a lost lead begins anew with the same person, unless another has.
      if (stage && lead.stage === LeadStage.LOST && lead.emailHash) await this.assertNotOpen(lead.emailHash);
      return {
        ...(stage && { stage, lostReason: null, competitorId: null, closedAt: null }),
        ...(ownerId !== undefined && { ownerId }),
        ...(campaign !== undefined && { campaign }),
        ...(segment !== undefined && { segment }),
        ...(notes !== undefined && { notes: notes ? this.seal(id, 'notes', notes) : null }),
      };
    });
  }

  /** Event: lead.converted. @throws AppError NOT_FOUND, or CONFLICT when the lead is won or the customer is another lead's. */
  async convert({ id, customerId }: LeadConvertInput): Promise<Lead> {
    const { unitOfWork } = this.database;
    return this.change(id, ['input', 'id'], 'lead.converted', async () => {
      if (!(await unitOfWork.repository(Customer).existsBy({ id: customerId })))
        throw notFound(['input', 'customerId']);
      // Of two at once the later must see the earlier, not run into it.
      await unitOfWork.takeTurn(`lead of ${customerId}`);
      if (await unitOfWork.repository(Lead).existsBy({ customerId }))
        throw conflict('This customer came of another lead.', ['input', 'customerId']);
      return this.won(customerId);
    });
  }

  /** Said again, the reason is another and the moment stays. Event: lead.lost. @throws AppError NOT_FOUND, INVALID_INPUT for a competitor with another reason, or CONFLICT when it is won. */
  lose({ id, reason: lostReason, competitorId = null }: LeadLoseInput): Promise<Lead> {
    if (competitorId !== null && lostReason !== LossReason.COMPETITOR)
      throw invalidInput(
        ['input', 'competitorId'],
        'A competitor goes with the reason COMPETITOR alone. Leave it out.',
        'absent',
      );
    return this.change(id, ['input', 'id'], 'lead.lost', async ({ closedAt }) => {
      if (competitorId !== null) await this.holdCompetitor(competitorId);
      return { stage: LeadStage.LOST, lostReason, competitorId, closedAt: closedAt ?? this.clock.now() };
    });
  }

  /** Forgets the person; that there was a lead, and what became of it, stays. Event: lead.erased. @throws AppError NOT_FOUND. */
  async erase(id: string): Promise<Lead> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      const now = this.clock.now();
      const [erased] = await unitOfWork.sql(
        `update leads set ${FORGOTTEN}, erased_at = coalesce(erased_at, $2), updated_at = $2, version = version + 1
         where id = $1 returning id`,
        [id, now],
      );
      if (!erased) throw notFound(['input', 'id']);
      await this.events.emit({ type: 'lead.erased', subject: id });
      return unitOfWork.repository(Lead).findOneByOrFail({ id });
    });
  }

  /** Whoever signs up by a lead's link is that lead; a link that is old or was made up keeps nobody from signing up. */
  async onSignUp(customerId: string, { leadToken }: SignUpAttribution): Promise<void> {
    if (!leadToken) return;
    const { unitOfWork } = this.database;
    const [lead] = await unitOfWork.sql<{ id: string }>(
      "select id from leads where token_hash = $1 and stage <> 'WON' for update",
      [this.hashOf(leadToken)],
    );
    if (lead) await this.change(lead.id, [], 'lead.converted', async () => this.won(customerId));
  }

  emailOf({ id, email }: Lead): string | null {
    return email === null ? null : this.open(id, 'email', email);
  }

  notesOf({ id, notes }: Lead): string | null {
    return notes === null ? null : this.open(id, 'notes', notes);
  }

  private won(customerId: string): Partial<Lead> {
    return {
      stage: LeadStage.WON,
      customerId,
      lostReason: null,
      competitorId: null,
      closedAt: this.clock.now(),
    };
  }

  /** One change of a lead that is not won, alone until the commit. */
  private change(
    id: string,
    path: readonly string[],
    type: string,
    decide: (lead: Lead) => Promise<Partial<Lead>>,
  ): Promise<Lead> {
    const { unitOfWork } = this.database;
    return unitOfWork.run(SERVICE, async () => {
      await unitOfWork.sql('select from leads where id = $1 for update', [id]);
      const before = await unitOfWork.repository(Lead).findOneBy({ id });
      if (!before) throw notFound(path);
      if (before.stage === LeadStage.WON) throw conflict('This lead is a customer already.', path, id);
      const change = await decide(before);
      const after: Lead = { ...before, ...change, version: before.version + 1, updatedAt: this.clock.now() };
      await unitOfWork.repository(Lead).update({ id }, after);
      const { stage, customerId, lostReason, competitorId } = after;
      await this.events.emit({
        type,
        customerId,
        subject: id,
        before,
        after,
        data: { stage, from: before.stage, reason: lostReason, competitorId },
      });
      return after;
    });
  }

  private async assertStaff(id: string | null): Promise<void> {
    if (id !== null && !isActiveStaff(await this.database.unitOfWork.repository(Staff).findOneBy({ id })))
      throw notFound(['input', 'ownerId']);
  }

  /** It may be removed at any moment; not before the commit. */
  private async holdCompetitor(id: string): Promise<void> {
    const competitors = this.database.unitOfWork.repository(Competitor);
    if (!(await competitors.findOne({ where: { id }, lock: { mode: 'for_key_share' } })))
      throw notFound(['input', 'competitorId']);
  }

  private async assertNotOpen(emailHash: string): Promise<void> {
    await this.database.unitOfWork.takeTurn(`lead ${emailHash}`);
    const leads = await this.database.unitOfWork.repository(Lead).findBy({ emailHash });
    const open = leads.find(({ stage }) => !CLOSED.includes(stage));
    if (open) throw conflict('There is an open lead with this address.', ['input', 'email'], open.id);
  }

  private hashOf(token: string): string {
    return this.crypto.mac('lead-token', token);
  }

  private seal(id: string, column: string, text: string): string {
    return this.crypto.seal(PURPOSE, text, `leads:${id}:${column}`);
  }

  private open(id: string, column: string, sealed: string): string {
    return this.crypto.open(PURPOSE, sealed, `leads:${id}:${column}`).toString();
  }
}
