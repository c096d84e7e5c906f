/** A customer as Stripe writes one of whom nothing is known yet. */
import { idFor, newSandboxId } from '../store/kinds';
import type { Customer } from '../store/wire';

const PREFIX_LENGTH = 8;

export function customerShape({
  created,
  testClock,
  email,
}: {
  readonly created: number;
  readonly testClock: string | null;
  readonly email: string | null;
}): Customer {
  return {
    id: idFor('customer'),
    object: 'customer',
    address: null,
    balance: 0,
    created,
    currency: null,
    customer_account: null,
    default_source: null,
    delinquent: false,
    description: null,
    discount: null,
    email,
    invoice_prefix: newSandboxId('')
      .slice(1, 1 + PREFIX_LENGTH)
      .toUpperCase(),
    invoice_settings: {
      custom_fields: null,
      default_payment_method: null,
      footer: null,
      rendering_options: null,
    },
    livemode: false,
    metadata: {},
    name: null,
    next_invoice_sequence: 1,
    phone: null,
    preferred_locales: [],
    shipping: null,
    tax_exempt: 'none',
    test_clock: testClock,
  };
}
