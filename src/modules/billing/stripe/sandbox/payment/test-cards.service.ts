/** Payment methods: test cards, made from their well-known names and attached to customers. */
import type { EventLog } from '../event/event-log';
import { declined, missing, notAllowed } from '../request/refusal';
import { idFor } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type Customer, idOf, type PaymentMethod } from '../store/wire';
import { cardByFingerprint, cardNamed, fingerprintOf, type TestCard } from './test-card';

const EXPIRY_YEARS = 3;
const YEAR = 1970;
const SECONDS_A_YEAR = 31_556_952;

export class TestCards {
  constructor(
    private readonly store: ObjectStore,
    private readonly events: EventLog,
  ) {}

  /** A payment method of a card that `tok_…` or `pm_card_…` names, attached to nobody. */
  async create(token: string, at: number, param: string): Promise<PaymentMethod> {
    const card = cardNamed(token);
    if (!card) throw missing(token.startsWith('tok_') ? 'token' : 'PaymentMethod', token, param);
    return this.store.save(paymentMethodOf(card, at));
  }

  /** Attaches a payment method (or a new one of a named card) to a customer. @throws Refusal when the card is declined. */
  async attach(idOrToken: string, customer: Customer, at: number, param: string): Promise<PaymentMethod> {
    const known = cardNamed(idOrToken)
      ? await this.create(idOrToken, at, param)
      : await this.store.get('payment_method', idOrToken, param);
    const owner = idOf(known.customer);
    if (owner === customer.id) return known;
    if (owner) throw notAllowed('The payment method you provided has already been attached to a customer.');
    const { onAttach } = cardOf(known);
    if (onAttach.kind === 'DECLINED') throw declined(onAttach.message, onAttach.code, onAttach.declineCode);
    const attached = await this.store.save({ ...known, customer: customer.id });
    await this.events.record('payment_method.attached', attached, at);
    return attached;
  }

  async detach(id: string, at: number): Promise<PaymentMethod> {
    const before = await this.store.get('payment_method', id);
    const owner = idOf(before.customer);
    if (!owner)
      throw notAllowed(
        'The payment method you provided is not attached to a customer so detachment is impossible.',
      );
    const detached = await this.store.save({ ...before, customer: null });
    const customer = await this.store.find('customer', owner);
    if (customer && idOf(customer.invoice_settings.default_payment_method) === id) {
      const invoice_settings = { ...customer.invoice_settings, default_payment_method: null };
      await this.store.save({ ...customer, invoice_settings });
    }
    await this.events.record('payment_method.detached', detached, at, before);
    return detached;
  }
}

export function cardOf({ card }: PaymentMethod): TestCard {
  const known = cardByFingerprint(card?.fingerprint);
  if (!known) throw new Error('the sandbox made a payment method of a card that it does not know');
  return known;
}

function paymentMethodOf(card: TestCard, at: number): PaymentMethod {
  return {
    id: idFor('payment_method'),
    object: 'payment_method',
    allow_redisplay: 'unspecified',
    billing_details: { address: null, email: null, name: null, phone: null, tax_id: null },
    card: {
      brand: card.brand,
      checks: { address_line1_check: null, address_postal_code_check: null, cvc_check: 'pass' },
      country: 'US',
      display_brand: card.brand,
      exp_month: 12,
      exp_year: YEAR + Math.floor(at / SECONDS_A_YEAR) + EXPIRY_YEARS,
      fingerprint: fingerprintOf(card),
      funding: 'credit',
      generated_from: null,
      last4: card.number.slice(-4),
      networks: { available: [card.brand], preferred: null },
      regulated_status: 'unregulated',
      three_d_secure_usage: { supported: true },
      wallet: null,
    },
    created: at,
    customer: null,
    customer_account: null,
    livemode: false,
    metadata: {},
    type: 'card',
  };
}
