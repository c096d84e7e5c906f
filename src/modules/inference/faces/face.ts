/**
 * What the REST faces of other protocols share: who calls, what it draws from the caller's allowance, and the headers
 * for what their bodies have no field for. Everything behind is the one path, so a call counts the same through any face.
 */
import { isUtf8 } from 'node:buffer';
import type { FastifyError, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { Cancellation, type CancelSignal } from '../../../kernel/cancellation';
import { AppError, AppErrors, invalidInput, unauthenticated } from '../../../kernel/errors';
import type { Principal } from '../../../kernel/principal';
import { databaseFailure } from '../../../platform/database';
import { textFaults } from '../../../platform/graphql';
import { networkOf } from '../../../platform/http';
import { authorize, type IdentityModule, type Permission } from '../../identity';
import { credentialEnded } from '../inference.errors';
import type { Inference } from '../record/inference.entity';
import { TEXT_LIMITS } from '../generation/text-limits';
import { DEFAULT_DEADLINE_MS, MAX_DEADLINE_MS } from '../record/inference.input';
import type { OutputRow } from '../prediction/outputs';

/**
 * What a prediction or a text writes names its actor itself (decision 0016). Who may not ask, or asked too much, is refused before
 * the body is read: their megabytes are parsed for nobody.
 */
export const FACE_ROUTE = {
  config: { carriesNoActor: true },
  onRequest: async (request: FastifyRequest): Promise<void> => {
    callerOf(request, 'inference:run');
    request.server.enterCall(request);
  },
};

const DEADLINE = 'flywheel-deadline-ms';
const COMPLETE_WITHIN = 'flywheel-complete-within-ms';
const MAX_TEXT = 200;
/** Of a letter in UTF-8, by the units in which its length is counted. */
const MOST_BYTES = 3;
const MAX_FAULTS = 20;

/** What every call says about itself, whatever it asks for. */
export interface FaceCall {
  readonly principal: Principal;
  readonly customerId: string;
  readonly requestId: string;
  readonly signal: CancelSignal;
  readonly deadlineMs: number;
  readonly idempotencyKey: string | null;
  readonly endUserExternalId: string | null;
}

/** Of a text. */
export interface TextFaceCall extends FaceCall {
  readonly completeWithinMs: number | null;
}

/** The caller, who must belong to a customer. @throws AppError UNAUTHENTICATED or FORBIDDEN. */
export function callerOf(
  request: FastifyRequest,
  permission: Permission,
): { readonly principal: Principal; readonly customerId: string } {
  const { principal } = request.acting;
  authorize({ principal }, permission);
  if (!('customerId' in principal))
    throw unauthenticated('Send the key of a customer, or an end user’s token.');
  return { principal, customerId: principal.customerId };
}

/**
 * @param units what is drawn from the allowance, as for the same question through GraphQL.
 * @param asked the body, read where it came as octets. @throws AppError
 */
export function callOf(request: FastifyRequest, units: number, asked = request.body): FaceCall {
  const caller = callerOf(request, 'inference:run');
  request.server.spendCall(request, units + 1);
  const faults = textFaults(asked);
  if (faults.length > 0) throw new AppErrors(faults);
  return {
    ...caller,
    requestId: request.acting.requestId,
    signal: request.abortSignal,
    deadlineMs: millisecondsOf(request, DEADLINE, MAX_DEADLINE_MS) ?? DEFAULT_DEADLINE_MS,
    idempotencyKey: textOf(request, 'idempotency-key'),
    endUserExternalId: textOf(request, 'flywheel-end-user'),
  };
}

/** The same where a text is asked for. @throws AppError */
export function textCallOf(request: FastifyRequest, units: number, asked?: unknown): TextFaceCall {
  const { deadlineMs, usualDeadlineMs, completeWithinMs } = TEXT_LIMITS;
  return {
    ...callOf(request, units, asked),
    deadlineMs: millisecondsOf(request, DEADLINE, deadlineMs) ?? usualDeadlineMs,
    completeWithinMs: millisecondsOf(request, COMPLETE_WITHIN, completeWithinMs),
  };
}

/** Who tells that what a reader has shown is good no more. */
export type Credentials = Pick<IdentityModule['authentication'], 'whenEnded'>;

/**
 * Counts one more of the streams that its reader has open, until it is answered. Answers what ends it: the reader leaves, or may
 * read no more. @throws AppError RATE_LIMITED.
 */
export function openStream(
  request: FastifyRequest,
  { principal }: Pick<FaceCall, 'principal'>,
  credentials: Credentials,
): CancelSignal {
  const { answer, headers, server } = request;
  const leave = server.openStreams.enter({ principal, remoteAddress: networkOf(request.ip) });
  const end = new Cancellation();
  end.follow(request.abortSignal);
  const unwatch = credentials.whenEnded(headers.authorization, principal, () => end.abort(credentialEnded()));
  const over = (): void => {
    unwatch();
    leave();
  };
  if (answer.closed) over();
  else answer.once('close', over);
  return end;
}

/** Null where the header is left out. @throws AppError */
function millisecondsOf(request: FastifyRequest, name: string, most: number): number | null {
  const text = textOf(request, name);
  if (text === null) return null;
  const milliseconds = Number(text);
  if (Number.isInteger(milliseconds) && milliseconds >= 1 && milliseconds <= most) return milliseconds;
  throw invalidInput(
    [name],
    `The header ${name} is a whole number of milliseconds from 1 to ${most}.`,
    'range',
  );
}

function textOf(request: FastifyRequest, name: string): string | null {
  const text = request.headers[name];
  if (text === undefined || text === '') return null;
  if (typeof text === 'string' && text.length <= MAX_TEXT * MOST_BYTES) {
    const read = readable(text);
    if (read.length <= MAX_TEXT) return read;
  }
  throw invalidInput([name], `The header ${name} is one text of at most ${MAX_TEXT} characters.`, 'length');
}

/**
 * Node reads the bytes of a header as Latin-1. Clients write UTF-8, as in bodies: a person with an umlaut would be another one
 * through each face. What is no UTF-8 is the Latin-1 that it looks like.
 */
function readable(text: string): string {
  const bytes = Buffer.from(text, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : text;
}

/** A body as its schema has it. @throws AppErrors with every fault, each at its path. */
export function parse<T>(schema: z.ZodType<T>, body: unknown): T {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalidInput([], 'Send one JSON object, with the content type application/json.', 'type');
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, MAX_FAULTS);
  throw new AppErrors(issues.map(faultOf));
}

function faultOf(issue: z.core.$ZodIssue): AppError {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return invalidInput(within(path), issue.message, issue.code);
  const [key = ''] = issue.keys;
  return invalidInput(
    within([...path, key]),
    `${issue.keys.join(', ')} cannot be honoured here, and is not ignored. Leave it out.`,
    issue.code,
  );
}

/** Of a body that has a field of this name itself, as embeddings do: told from the one around everything. */
function within(path: readonly string[]): readonly string[] {
  return path[0] === 'input' ? ['input', ...path] : path;
}

/** The answer in rows. @throws AppError CONFLICT for a repeated key whose answer was not kept and cannot be computed again. */
export function rowsAnswered({ answer }: Inference): readonly OutputRow[] {
  if (Array.isArray(answer)) return answer as readonly OutputRow[];
  throw new AppError(
    'CONFLICT',
    'This idempotency key was answered before, and its outputs are no longer here; nothing was billed again. Send the request under a new key.',
    ['idempotency-key'],
  );
}

/** Nobody reads it; what nginx notes for a client that left. */
export const CLIENT_LEFT = 499;

/** What is said of a body that was not read. */
export function unread({ code, message }: FastifyError): string {
  return code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE'
    ? 'Send JSON, with the content type application/json.'
    : message;
}

/** The expected failures in an error, one or several; none in one that nobody expected. */
export function failuresOf(error: unknown): readonly AppError[] {
  if (error instanceof AppErrors) return error.errors;
  const expected = error instanceof AppError ? error : databaseFailure(error);
  return expected ? [expected] : [];
}

/** Where a fault lies in what was sent: the one path knows an `input` around everything, and bodies here have none. */
export function placeOf({ path = [] }: AppError): readonly string[] {
  return path[0] === 'input' ? path.slice(1) : path;
}

/** A deployment is a model there. */
export function inTheirWords(failure: AppError): AppError {
  const { code, path, message } = failure;
  const name = path?.at(-1);
  if (name !== 'deployment' && name !== 'model') return failure;
  const told =
    code === 'NOT_FOUND'
      ? 'There is no such model for you. Ask for the list of those that there are.'
      : message;
  return Object.assign(Object.create(failure) as AppError, { path: ['model'], message: told });
}

/** Their protocols know 400 for everything that is wrong with a request. */
export function statusOf({ definition: { status } }: AppError): number {
  return status === 422 ? 400 : status;
}
