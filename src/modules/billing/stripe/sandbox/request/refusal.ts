/** The ways in which Stripe says no, as one error type; the server turns it into Stripe's envelope. */
type RefusalType = 'invalid_request_error' | 'card_error' | 'idempotency_error' | 'api_error';

interface RefusalDetails {
  readonly type?: RefusalType;
  readonly code?: string;
  readonly param?: string;
  readonly declineCode?: string;
  /** Something was tried, and the record of that stays: a declined payment of what was owed before. */
  readonly keepsEffect?: boolean;
  /** The payment that failed, as it stands. */
  readonly paymentIntent?: object;
}

const DOCUMENTATION = 'https://stripe.com/docs/error-codes/';

export class Refusal extends Error {
  override readonly name = 'Refusal';

  constructor(
    readonly status: number,
    message: string,
    readonly details: RefusalDetails = {},
  ) {
    super(message);
  }
}

/** An object that is asked for by its address is 404; one that a parameter names is 400. */
export function missing(noun: string, id: string, param = 'id'): Refusal {
  return new Refusal(param === 'id' ? 404 : 400, `No such ${noun}: '${id}'`, {
    code: 'resource_missing',
    param,
  });
}

export function badParameter(param: string, message: string, code?: string): Refusal {
  return new Refusal(400, message, { code, param });
}

export function notAllowed(message: string, code?: string): Refusal {
  return new Refusal(400, message, { code });
}

export function declined(
  message: string,
  code: string,
  declineCode: string,
  paymentIntent?: object,
): Refusal {
  return new Refusal(402, message, { type: 'card_error', code, declineCode, paymentIntent });
}

/** The body of an error response. */
export function envelope({ message, details }: Refusal, requestLogUrl: string): object {
  const { type = 'invalid_request_error', code, param, declineCode, paymentIntent } = details;
  return {
    error: {
      ...(code && { code, doc_url: `${DOCUMENTATION}${code.replaceAll('_', '-')}` }),
      ...(declineCode && { decline_code: declineCode }),
      message,
      ...(param && { param }),
      ...(paymentIntent && { payment_intent: paymentIntent }),
      request_log_url: requestLogUrl,
      type,
    },
  };
}
