/**
 * Every failure that a caller can meet has one code in one registry. An `AppError` carries the code, a message that
 * says what to do next, the path of the input it concerns and the data that the client needs. The GraphQL layer
 * alone turns it into a payload error or a top-level error; anything that is not an `AppError` is INTERNAL.
 */
export interface ErrorDefinition {
  /** PAYLOAD: part of a mutation's data. TOP_LEVEL: in `errors` of the response. */
  readonly kind: 'PAYLOAD' | 'TOP_LEVEL';
  /** HTTP status of the REST faces, and of GraphQL where a status other than 200 is due. */
  readonly status: number;
  /** One paragraph for docs/errors.md: what it means and what to do. */
  readonly meaning: string;
}

const payload = (status: number, meaning: string): ErrorDefinition => ({ kind: 'PAYLOAD', status, meaning });
const topLevel = (status: number, meaning: string): ErrorDefinition => ({
  kind: 'TOP_LEVEL',
  status,
  meaning,
});

/** The registry. A code never changes its meaning. */
export const ERRORS = {
  INVALID_INPUT: payload(
    422,
    'A field is missing or its value is not allowed. All faults are reported at once, each with its `path` and the `constraint` that it broke. Correct them and send the request again.',
  ),
  NOT_FOUND: payload(
    404,
    'Nothing with this id exists for you. A foreign, a deleted and an invented id all get this same answer.',
  ),
  CONFLICT: payload(
    409,
    'The object changed since you read it, or it is not in a state that allows this. Read it again and decide anew.',
  ),
  QUOTA_EXCEEDED: payload(
    429,
    'The limit of your plan for this period is used up. `resetsAt` says when it starts anew; a higher plan, more seats or a raised spend cap lifts it at once.',
  ),
  PAYMENT_REQUIRED: payload(
    402,
    'Your plan does not include this, or a payment is due. `checkoutUrl`, where given, leads to it.',
  ),
  CONSENT_REQUIRED: payload(
    403,
    'The person concerned has not agreed to this `purpose`. Ask them, record the answer with `consentRecord`, and send the request again.',
  ),
  PROCESSING_RESTRICTED: payload(
    403,
    'The person concerned asked that data about them be kept but not used (GDPR Art. 18). Nothing was done. Leave the person out; or, once the ground of the restriction is gone and the person was told, lift it with `restrictionLift`.',
  ),
  GATE_FAILED: payload(409, 'The promotion gate refused. `checks` lists what failed and with which numbers.'),
  PRIVACY_BUDGET_EXCEEDED: payload(
    409,
    'What may be told of the people in this dataset and month is used up, or this would take more than is left. The message says how much that is. Ask for a smaller loss, or read what was released already: that costs nothing.',
  ),
  IDEMPOTENCY_KEY_REUSED: payload(
    409,
    'This idempotency key was already used with another input. Use a new key for a new act; repeat a key only with the very same input.',
  ),
  DEADLINE_UNREACHABLE: payload(
    503,
    'The request cannot be answered within its deadline. At the present load: then `retryAfterMs` says when to come back. Or it takes longer than that by itself: then there is none, and the message says how long. A text that was not whole in its time was cut off: of a stream what was delivered is billed, of all else nothing.',
  ),
  ENGINE_UNAVAILABLE: payload(
    503,
    'No inference engine could answer. It is being restarted; nothing was billed. Try again after `retryAfterMs`.',
  ),
  ENGINE_FAULT: payload(
    500,
    'The inference engine failed on this very input: it answered what is no number, or its process ended on it twice. Nothing was billed. Sending the same input again will not help; send another one, or tell the operator.',
  ),
  UPSTREAM_FAILED: payload(
    502,
    'A service that we depend on (for example Stripe) did not answer as expected. Nothing was changed; try again.',
  ),
  SECOND_FACTOR_REQUIRED: payload(
    401,
    'The password is right, and this login asks for more: the code that its authenticator app shows, or a recovery code. Send the request again with `code`.',
  ),
  TOO_LARGE: payload(413, 'What you sent is larger than the limit that the message names.'),
  MALFORMED: topLevel(400, 'The request is not a valid GraphQL request. The message says where.'),
  DOCUMENT_NOT_TRUSTED: topLevel(
    400,
    'This service does not know the `documentId`, or takes known documents only. Add the operation to schema/operations and send `documentId: "sha256:…"`, the hash of its text.',
  ),
  UNAUTHENTICATED: topLevel(
    401,
    'No valid credential came with the request, or it has expired. Sign in, refresh the session or use another key.',
  ),
  FORBIDDEN: topLevel(
    403,
    'You are known, but your role or scopes do not include the permission that the message names.',
  ),
  ACCOUNT_CLOSING: topLevel(
    403,
    'The account was closed. Nothing runs and nothing is changed any more; the message says until when members can still sign in and take data out. Until then an owner can open it again with `customerReopen`.',
  ),
  PASSWORD_CHANGE_REQUIRED: topLevel(
    403,
    'This login still has its one-time password. Change it with `passwordChange` first.',
  ),
  SECOND_FACTOR_SETUP_REQUIRED: topLevel(
    403,
    'Everybody of this account, or of the staff, needs a second factor to sign in, and this login has none yet. Set one up with `secondFactorBegin` and `secondFactorConfirm`.',
  ),
  RATE_LIMITED: topLevel(429, 'Too many requests. `retryAfterMs` says when to try again.'),
  TOO_COSTLY: topLevel(
    400,
    'The operation exceeds a limit on depth, aliases, tokens, cost or page size. The message names the limit and the number.',
  ),
  OVERLOADED: topLevel(
    503,
    'The service is at capacity and refused the request before doing any work. Try again after `retryAfterMs`.',
  ),
  UNAVAILABLE: topLevel(
    503,
    'The database cannot be reached at the moment, takes no change, or worked on the request for too long, which the message then says. Send the request again after `retryAfterMs`. Whether a change was made just before is not certain: with an idempotency key it is made once, however often it is sent.',
  ),
  INTERNAL: topLevel(
    500,
    'Something failed on our side. The text is masked; quote the `requestId` to support.',
  ),
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof ERRORS;

/** What the implementers of `UserError` carry beyond code, message and path. */
export interface ErrorData {
  constraint?: string;
  limit?: bigint;
  used?: bigint;
  resetsAt?: Date;
  checkoutUrl?: string;
  purpose?: string;
  checks?: { name: string; passed: boolean; detail: string }[];
  currentId?: string;
  retryAfterMs?: number;
}

/** The maker of the error, and who called it: what a refusal has to tell of its way. */
const REFUSAL_FRAMES = 3;
const FAULTS: ReadonlySet<number> = new Set([500, 502]);

export class AppError extends Error {
  override readonly name = 'AppError';

  /**
   * What is our fault is traced in full. A refusal tells all by its code, message and path, and is made in numbers when the service is
   * flooded: graphql-js reads the trace of each, and ten frames of it, brought back to the lines of the source, cost 0.3 ms.
   */
  constructor(
    readonly code: ErrorCode,
    message: string,
    readonly path?: readonly string[],
    readonly data: ErrorData = {},
  ) {
    const frames = Error.stackTraceLimit;
    if (!FAULTS.has(ERRORS[code].status)) Error.stackTraceLimit = Math.min(frames, REFUSAL_FRAMES);
    super(message);
    Error.stackTraceLimit = frames;
  }

  get definition(): ErrorDefinition {
    return ERRORS[this.code];
  }
}

/** Several expected failures at once: validation reports all faults together. */
export class AppErrors extends Error {
  override readonly name = 'AppErrors';

  constructor(readonly errors: readonly AppError[]) {
    const frames = Error.stackTraceLimit;
    Error.stackTraceLimit = Math.min(frames, REFUSAL_FRAMES);
    super(errors.map((error) => error.message).join(' '));
    Error.stackTraceLimit = frames;
  }
}

/** One fault of the input, at its path, with the constraint that was broken. */
export function invalidInput(path: readonly string[], message: string, constraint?: string): AppError {
  return new AppError('INVALID_INPUT', message, path, { constraint });
}

/** The same words for unknown, foreign and deleted ids, so that the three cannot be told apart. */
export function notFound(path?: readonly string[]): AppError {
  return new AppError(
    'NOT_FOUND',
    'Nothing with this id exists for you. Check the id and the account you use.',
    path,
  );
}

export function conflict(message: string, path?: readonly string[], currentId?: string): AppError {
  return new AppError('CONFLICT', message, path, { currentId });
}

/** @param next what to do about it; as a rule somebody of the caller's own account can give it. */
export function forbidden(
  permission: string,
  next = 'Ask an owner or admin of your account for it.',
): AppError {
  return new AppError('FORBIDDEN', `You need the permission ${permission}. ${next}`);
}

export function unauthenticated(
  message = 'Sign in, or send a valid key or token in the Authorization header (over a WebSocket: in its connectionParams).',
): AppError {
  return new AppError('UNAUTHENTICATED', message);
}
