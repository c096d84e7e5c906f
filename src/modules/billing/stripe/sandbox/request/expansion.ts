/** `expand`: ids in an answer replaced by the objects that they name, along the paths that the request gives. */
import type { Checkouts } from '../checkout/checkout.service';
import { kindOf } from '../store/kinds';
import type { ObjectStore } from '../store/object-store';
import { type CheckoutSession, type Customer, type Invoice, wholeList } from '../store/wire';
import { customerTax } from '../tax/taxes.service';
import { badParameter } from './refusal';

type Plain = Record<string, unknown>;

const DEEPEST = 4;
const SHOWN_LINES = 10;

export class Expansion {
  constructor(
    private readonly store: ObjectStore,
    private readonly checkouts: Checkouts,
  ) {}

  async expand(answer: object, paths: readonly string[]): Promise<object> {
    // Answers share parts with what was saved; only a copy may be changed.
    const copy = structuredClone(answer) as Plain;
    trim(copy);
    for (const path of paths) {
      const steps = path.split('.');
      if (steps.length > DEEPEST)
        throw badParameter(
          'expand',
          `You cannot expand more than ${DEEPEST} levels of a property. Property: ${path}`,
        );
      await this.follow(copy, steps, path);
    }
    return copy;
  }

  private async follow(place: unknown, steps: readonly string[], path: string): Promise<void> {
    const [step, ...rest] = steps;
    if (step === undefined || place === null || typeof place !== 'object') return;
    if (Array.isArray(place)) {
      for (const one of place) await this.follow(one, steps, path);
      return;
    }
    const object = place as Plain;
    if (!(step in object)) object[step] = await this.includable(object, step, path);
    else object[step] = await this.named(object[step], path);
    await this.follow(object[step], rest, path);
  }

  /** Properties that Stripe leaves out unless they are asked for. */
  private async includable(object: Plain, step: string, path: string): Promise<unknown> {
    const { id } = object as { id: string };
    switch (`${object.object as string}.${step}`) {
      case 'invoice.payments':
        return wholeList(
          await this.store.all('invoice_payment', { parent: id }),
          `/v1/invoice_payments?invoice=${id}`,
        );
      case 'invoice.confirmation_secret':
        return this.confirmationSecret(object as unknown as Invoice);
      case 'checkout.session.line_items':
        return wholeList(
          await this.checkouts.lineItems(object as unknown as CheckoutSession),
          `/v1/checkout/sessions/${id}/line_items`,
        );
      case 'price.tiers':
        return (await this.store.get('price', id)).tiers ?? [];
      case 'coupon.applies_to':
        return (await this.store.recall('coupon', id))?.applies_to ?? null;
      case 'customer.tax':
        return customerTax(object as unknown as Customer);
      case 'customer.tax_ids':
        return wholeList(await this.store.all('tax_id', { customer: id }), `/v1/customers/${id}/tax_ids`);
      case 'customer.subscriptions':
        return wholeList(
          await this.livingSubscriptions(object as unknown as Customer),
          `/v1/customers/${id}/subscriptions`,
        );
      default:
        throw badParameter('expand[]', `This property cannot be expanded (${path}).`);
    }
  }

  private async named(value: unknown, path: string): Promise<unknown> {
    if (Array.isArray(value)) {
      const all: unknown[] = [];
      for (const one of value) all.push(await this.named(one, path));
      return all;
    }
    if (value === null || typeof value === 'object') return value;
    const kind = typeof value === 'string' ? kindOf(value) : undefined;
    const object = kind && (await this.store.find(kind, value as string));
    if (!object && kind && (await this.store.isRemoved(kind, value as string)))
      return { id: value, object: kind, deleted: true };
    if (!object) throw badParameter('expand[]', `This property cannot be expanded (${path}).`);
    const copy = structuredClone(object);
    trim(copy);
    return copy;
  }

  private async confirmationSecret({ id }: Invoice): Promise<object | null> {
    const [payment] = await this.store.all('invoice_payment', { parent: id });
    const reference = payment?.payment.payment_intent;
    const intent =
      typeof reference === 'string' ? await this.store.find('payment_intent', reference) : undefined;
    return intent?.client_secret ? { client_secret: intent.client_secret, type: 'payment_intent' } : null;
  }

  private async livingSubscriptions({ id }: Customer): Promise<object[]> {
    return (await this.store.all('subscription', { customer: id }))
      .filter(({ ended_at }) => ended_at === null)
      .reverse();
  }
}

/** What is kept with an object, and shown to whoever asks for it only. */
const EXPANDABLE: Readonly<Record<string, string>> = { price: 'tiers', coupon: 'applies_to' };

/** Leaves of an answer what Stripe shows unasked. */
function trim(value: unknown): void {
  if (value === null || typeof value !== 'object') return;
  const object = value as Plain;
  const hidden = EXPANDABLE[object.object as string];
  if (hidden) delete object[hidden];
  if (object.object === 'invoice') cutLines(object);
  for (const part of Object.values(object)) trim(part);
}

/** An invoice shows its first lines; the others are asked for by the page. A deleted one has none. */
function cutLines({ lines }: Partial<Pick<Invoice, 'lines'>>): void {
  if (!lines || lines.data.length <= SHOWN_LINES) return;
  lines.data.splice(SHOWN_LINES);
  lines.has_more = true;
}
