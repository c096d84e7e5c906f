/** Stripe's well-known test cards and how each of them behaves. */
export interface TestCard {
  /** `visa` answers to pm_card_visa and tok_visa. */
  readonly name: string;
  readonly label: string;
  readonly brand: string;
  readonly number: string;
  /** What happens when the card is attached to a customer, and when it is charged. */
  readonly onAttach: CardOutcome;
  readonly onCharge: CardOutcome;
  /** What the payer's bank does with each payment of it; absent: nothing. */
  readonly dispute?: CardDispute;
}

export interface CardDispute {
  readonly reason: string;
  /** The bank asks first, and withdraws nothing. */
  readonly isInquiry: boolean;
}

export type CardOutcome =
  | { readonly kind: 'SUCCEEDS' }
  | { readonly kind: 'NEEDS_AUTHENTICATION' }
  | {
      readonly kind: 'DECLINED';
      readonly code: string;
      readonly declineCode: string;
      readonly message: string;
    };

const SUCCEEDS: CardOutcome = { kind: 'SUCCEEDS' };
const NEEDS_AUTHENTICATION: CardOutcome = { kind: 'NEEDS_AUTHENTICATION' };
const declines = (declineCode: string, message: string, code = 'card_declined'): CardOutcome => ({
  kind: 'DECLINED',
  code,
  declineCode,
  message,
});

const GENERIC = declines('generic_decline', 'Your card was declined.');
const NO_FUNDS = declines('insufficient_funds', 'Your card has insufficient funds.');
const EXPIRED = declines('expired_card', 'Your card has expired.', 'expired_card');
const LOST = declines('lost_card', 'Your card was declined.');
const STOLEN = declines('stolen_card', 'Your card was declined.');
const WRONG_CVC = declines('incorrect_cvc', "Your card's security code is incorrect.", 'incorrect_cvc');
const TROUBLE = declines(
  'processing_error',
  'An error occurred while processing your card. Try again in a little bit.',
  'processing_error',
);

function card(
  name: string,
  label: string,
  brand: string,
  number: string,
  onAttach = SUCCEEDS,
  onCharge = onAttach,
): TestCard {
  return { name, label, brand, number, onAttach, onCharge };
}

function disputed(name: string, label: string, number: string, dispute: CardDispute): TestCard {
  return { ...card(name, label, 'visa', number), dispute };
}

export const TEST_CARDS: readonly TestCard[] = [
  card('visa', 'Visa that pays', 'visa', '4242424242424242'),
  card('mastercard', 'Mastercard that pays', 'mastercard', '5555555555554444'),
  card('amex', 'American Express that pays', 'amex', '378282246310005'),
  card('chargeDeclined', 'Visa that is declined', 'visa', '4000000000000002', GENERIC),
  card('visa_chargeDeclined', 'Visa that is declined', 'visa', '4000000000000002', GENERIC),
  card('visa_chargeDeclinedInsufficientFunds', 'Visa without funds', 'visa', '4000000000009995', NO_FUNDS),
  card('chargeDeclinedInsufficientFunds', 'Visa without funds', 'visa', '4000000000009995', NO_FUNDS),
  card('chargeDeclinedExpiredCard', 'Visa that has expired', 'visa', '4000000000000069', EXPIRED),
  card('visa_chargeDeclinedLostCard', 'Visa that was lost', 'visa', '4000000000009987', LOST),
  card('visa_chargeDeclinedStolenCard', 'Visa that was stolen', 'visa', '4000000000009979', STOLEN),
  card('chargeDeclinedIncorrectCvc', 'Visa with a wrong code', 'visa', '4000000000000127', WRONG_CVC),
  card('chargeDeclinedProcessingError', 'Visa that cannot be asked', 'visa', '4000000000000119', TROUBLE),
  card('chargeCustomerFail', 'Visa that is declined later', 'visa', '4000000000000341', SUCCEEDS, GENERIC),
  card(
    'authenticationRequired',
    'Visa that asks for 3-D Secure',
    'visa',
    '4000002760003184',
    SUCCEEDS,
    NEEDS_AUTHENTICATION,
  ),
  disputed('createDispute', 'Visa whose payments are disputed', '4000000000000259', {
    reason: 'fraudulent',
    isInquiry: false,
  }),
  disputed(
    'createDisputeProductNotReceived',
    'Visa whose payments are disputed: nothing came',
    '4000000000002685',
    { reason: 'product_not_received', isInquiry: false },
  ),
  disputed('createDisputeInquiry', 'Visa whose bank asks about payments', '4000000000001976', {
    reason: 'fraudulent',
    isInquiry: true,
  }),
];

/** The card that `pm_card_…` or `tok_…` names. */
export function cardNamed(token: string): TestCard | undefined {
  const name = /^(?:pm_card_|tok_)(.+)$/.exec(token)?.[1];
  return TEST_CARDS.find((one) => one.name === name);
}

/** The same for every use of one card, as at Stripe: by it trials are counted. */
export function fingerprintOf({ number }: TestCard): string {
  return `sandbox${number.slice(-10)}`;
}

export function cardByFingerprint(fingerprint: string | null | undefined): TestCard | undefined {
  return TEST_CARDS.find((one) => fingerprintOf(one) === fingerprint);
}
