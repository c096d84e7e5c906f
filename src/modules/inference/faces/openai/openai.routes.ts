/**
 * The OpenAI protocol over the one path: models are deployments, embeddings are predictions, and completions are texts
 * that are written. Stock clients need their base URL changed and nothing else.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../../../kernel/errors';
import { bornAt } from '../../../../kernel/id';
import type { Clock } from '../../../../kernel/clock';
import { sendEvents, withHeartbeats } from '../../../../platform/http';
import type { Log } from '../../../../platform/log';
import type { ListedDeployment, RouteService } from '../../../deployments';
import { tellCallsLeft } from '../calls-left';
import {
  callerOf,
  callOf,
  type Credentials,
  FACE_ROUTE,
  type FaceCall,
  openStream,
  parse,
  rowsAnswered,
  textCallOf,
} from '../face';
import type { GenerationCall } from '../../generation/generation';
import type { GenerationStreams } from '../../generation/generation-stream.service';
import { unitsOfText } from '../../generation/text-limits';
import type { PredictionService } from '../../prediction/prediction.service';
import { beginning } from '../text-stream';
import type { AnswerForm, AnswerHead } from './answer-form';
import { CHAT, TEXT } from './completion-answer';
import {
  chatAsked,
  chatSchema,
  completionAsked,
  completionSchema,
  type TextAsked,
} from './completion-request';
import { checkEmbeds, embeddingsAnswer, embeddingsSchema, rowsOf } from './embeddings';
import { answerFailure } from './openai-errors';
import { responseForm } from './response-answer';
import { responseAsked, responseSchema } from './response-request';

/** A list of 1024 texts is longer than a question. */
const BODY_LIMIT = 4 * 1024 * 1024;

export interface OpenAiDoors {
  readonly predictions: PredictionService;
  readonly generations: Pick<GenerationStreams, 'generate' | 'whole'>;
  readonly routes: RouteService;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log: Log;
}

export class OpenAiFace {
  constructor(private readonly doors: OpenAiDoors) {}

  register(http: FastifyInstance): void {
    http.setErrorHandler(answerFailure(this.doors));
    tellCallsLeft(http);
    http.setNotFoundHandler((request, reply) => {
      const message = `Unknown request URL: ${request.method} ${request.url.split('?')[0]}`;
      const error = { message, type: 'invalid_request_error', param: null, code: 'unknown_url' };
      return reply.status(404).header('x-should-retry', 'false').send({ error });
    });
    const options = { ...FACE_ROUTE, bodyLimit: BODY_LIMIT };
    http.get('/models', (request) => this.models(request));
    http.get('/models/:model', (request) =>
      this.model(request as FastifyRequest<{ Params: { model: string } }>),
    );
    http.post('/embeddings', options, (request, reply) => this.embeddings(request, reply));
    http.post('/chat/completions', options, (request, reply) =>
      this.write(request, reply, CHAT, chatAsked(parse(chatSchema, request.body))),
    );
    http.post('/completions', options, (request, reply) =>
      this.write(request, reply, TEXT, completionAsked(parse(completionSchema, request.body))),
    );
    http.post('/responses', options, (request, reply) => {
      const asked = parse(responseSchema, request.body);
      return this.write(request, reply, responseForm(asked), responseAsked(asked));
    });
  }

  private models(request: FastifyRequest): object {
    const { customerId } = callerOf(request, 'deployment:read');
    return { object: 'list', data: this.doors.routes.list(customerId).map(modelOf) };
  }

  private model(request: FastifyRequest<{ Params: { model: string } }>): object {
    const { customerId } = callerOf(request, 'deployment:read');
    const { model } = request.params;
    const known = this.doors.routes
      .list(customerId)
      .find(({ name, deploymentId }) => name === model || deploymentId === model);
    if (!known) throw notFound(['model']);
    return modelOf(known);
  }

  private async embeddings(request: FastifyRequest, reply: FastifyReply): Promise<object> {
    const asked = parse(embeddingsSchema, request.body);
    const rows = rowsOf(asked);
    const call = withUser(callOf(request, rows.length), asked.user ?? null);
    const { routes, predictions } = this.doors;
    const [deployment] = routes.chain(call.customerId, asked.model, ['model']);
    const { inference, feedbackToken } = await predictions.predict({
      ...call,
      deployment,
      rows,
      accepts: (version) => checkEmbeds(version, asked),
    });
    recordedAs(reply, inference.id, feedbackToken);
    return embeddingsAnswer(rowsAnswered(inference), asked, inference.promptTokens ?? 0);
  }

  private async write(
    request: FastifyRequest,
    reply: FastifyReply,
    form: AnswerForm,
    { model, prompt, parameters, stream, includeUsage, user }: TextAsked,
  ): Promise<FastifyReply> {
    const call = withUser(textCallOf(request, unitsOfText(parameters.maxTokens)), user);
    const head: AnswerHead = {
      id: `${form.prefix}${call.requestId}`,
      created: Math.floor(this.doors.clock.millis() / 1000),
      model,
    };
    const { generations, credentials } = this.doors;
    const asked: GenerationCall = { ...call, deployment: model, prompt, parameters };
    if (stream) {
      const signal = openStream(request, call, credentials);
      // What is refused is told with its status: the stream begins with the first piece.
      const begun = await beginning(generations.generate({ ...asked, signal }));
      return sendEvents(reply, withHeartbeats(form.streamed(head, begun, includeUsage)));
    }
    const whole = await generations.whole(asked);
    const { inference, feedbackToken } = whole.last;
    if (inference) recordedAs(reply, inference.id, feedbackToken);
    return reply.send(form.whole(head, whole));
  }
}

function modelOf({ deploymentId, name }: ListedDeployment): object {
  const created = Math.floor((bornAt(deploymentId)?.getTime() ?? 0) / 1000);
  return { id: name, object: 'model', created, owned_by: 'flywheel' };
}

/** The person concerned is named in the body there; a header names the same for every face. */
function withUser<C extends FaceCall>(call: C, user: string | null): C {
  return user === null ? call : { ...call, endUserExternalId: user };
}

function recordedAs(reply: FastifyReply, inferenceId: string, feedbackToken: string | undefined): void {
  reply.header('flywheel-inference-id', inferenceId);
  if (feedbackToken !== undefined) reply.header('flywheel-feedback-token', feedbackToken);
}
