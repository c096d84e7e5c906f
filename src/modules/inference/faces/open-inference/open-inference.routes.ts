/**
 * The Open Inference Protocol (KServe v2) over REST: what it asks is unpacked, handed to the one path and packed again.
 * A model of the protocol is a deployment, its versions are the versions that the deployment serves.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Clock } from '../../../../kernel/clock';
import { notFound } from '../../../../kernel/errors';
import { sendEvents, withHeartbeats } from '../../../../platform/http';
import type { Log } from '../../../../platform/log';
import type { RouteService, WarmVersion } from '../../../deployments';
import { tellCallsLeft } from '../calls-left';
import {
  callerOf,
  callOf,
  type Credentials,
  FACE_ROUTE,
  openStream,
  parse,
  rowsAnswered,
  textCallOf,
} from '../face';
import type { GenerationCall } from '../../generation/generation';
import type { GenerationStreams } from '../../generation/generation-stream.service';
import { refuseLongPrompt, unitsOfText } from '../../generation/text-limits';
import type { PredictionService } from '../../prediction/prediction.service';
import { beginning } from '../text-stream';
import { splitBody } from './binary-body';
import { generateSchema, parametersOf, streamedText, type TextHead, wholeText } from './generate';
import { inferRequestOf } from './infer-request';
import { checkOutputs, inferResponseOf } from './infer-response';
import { outputNames, tensorsOf } from './metadata';
import { answerFailure } from './open-inference-errors';

/** Tensors are larger than questions in words. */
const BODY_LIMIT = 8 * 1024 * 1024;
const HEADER_LENGTH = 'inference-header-content-length';
const BINARY = 'application/octet-stream';
const PATH = ['input', 'deployment'];

export interface OpenInferenceDoors {
  readonly predictions: PredictionService;
  readonly generations: Pick<GenerationStreams, 'generate' | 'whole'>;
  readonly routes: RouteService;
  readonly credentials: Credentials;
  readonly clock: Clock;
  readonly log: Log;
  readonly productVersion: string;
}

interface Answering {
  readonly version: WarmVersion;
  readonly served: readonly WarmVersion[];
  readonly isStandIn: boolean;
}

type ModelRequest = FastifyRequest<{ Params: { model: string; version?: string } }>;

export class OpenInferenceFace {
  constructor(private readonly doors: OpenInferenceDoors) {}

  register(http: FastifyInstance): void {
    http.setErrorHandler(answerFailure(this.doors));
    tellCallsLeft(http);
    http.setNotFoundHandler((_request, reply) =>
      reply.status(404).send({ error: 'The open inference protocol has nothing at this address.' }),
    );
    // The clients of Triton name none: what they send is JSON, or begins with it.
    http.addHook('onRequest', (request, _reply, done) => {
      if (Number(request.headers['content-length']) > 0) request.headers['content-type'] ??= BINARY;
      done();
    });
    http.addContentTypeParser(BINARY, { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

    http.get('/', () => this.server());
    http.get('/health/live', () => ({ live: true }));
    http.get('/health/ready', (_request, reply) => {
      const ready = http.notReady().length === 0;
      return reply.status(ready ? 200 : 503).send({ ready });
    });
    http.post('/repository/index', (request) => this.index(request));
    for (const model of ['/models/:model', '/models/:model/versions/:version']) {
      http.get(model, (request) => this.metadata(request as ModelRequest));
      http.get(`${model}/ready`, (request) => this.ready(request as ModelRequest));
      http.post(`${model}/generate`, FACE_ROUTE, (request, reply) =>
        this.generate(request as ModelRequest, reply, false),
      );
      http.post(`${model}/generate_stream`, FACE_ROUTE, (request, reply) =>
        this.generate(request as ModelRequest, reply, true),
      );
      http.post(`${model}/infer`, { ...FACE_ROUTE, bodyLimit: BODY_LIMIT }, (request, reply) =>
        this.infer(request as ModelRequest, reply),
      );
    }
  }

  private server(): object {
    const { productVersion: version } = this.doors;
    return { name: 'flywheel', version, extensions: ['binary_tensor_data', 'model_repository', 'generate'] };
  }

  private index(request: FastifyRequest): object {
    const { customerId } = callerOf(request, 'deployment:read');
    return this.doors.routes.list(customerId).flatMap(({ name, versions }): object[] => {
      if (versions.length === 0)
        return [{ name, version: '', state: 'UNAVAILABLE', reason: 'being made ready' }];
      return versions.map(({ number }) => ({ name, version: String(number), state: 'READY', reason: '' }));
    });
  }

  /** Of what would be asked now. While another deployment stands in, no version of this one can be asked for. */
  private metadata(request: ModelRequest): object {
    const { model } = request.params;
    const { version, served, isStandIn } = this.answering(request);
    return {
      name: model,
      versions: isStandIn ? [] : served.map(({ number }) => String(number)),
      platform: `flywheel_${version.engine.toLowerCase()}`,
      ...tensorsOf(version.signature),
    };
  }

  private ready(request: ModelRequest): object {
    this.answering(request);
    return { name: request.params.model, ready: true };
  }

  private async infer(request: ModelRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { header, binary } = splitBody(request.body, request.headers[HEADER_LENGTH]);
    const asked = inferRequestOf(header, binary);
    const call = callOf(request, asked.rows.length, header);
    const accepts = ({ signature }: WarmVersion): void => checkOutputs(asked, outputNames(signature));
    const predicted = await this.doors.predictions.predict({
      ...call,
      ...this.wantedBy(request),
      rows: asked.rows,
      accepts,
    });
    const { inference, feedbackToken } = predicted;
    const { header: answer, binary: tensors } = inferResponseOf(
      {
        model: request.params.model,
        version: this.numberOf(inference.modelVersionId),
        inferenceId: inference.id,
        feedbackToken,
        rows: rowsAnswered(inference),
      },
      asked,
    );
    if (!tensors) return reply.send(answer);
    const text = Buffer.from(JSON.stringify(answer));
    return reply
      .type(BINARY)
      .header(HEADER_LENGTH, text.length)
      .send(Buffer.concat([text, tensors]));
  }

  private async generate(
    request: ModelRequest,
    reply: FastifyReply,
    streamed: boolean,
  ): Promise<FastifyReply> {
    const { header } = splitBody(request.body, undefined);
    const asked = parse(generateSchema, header);
    const prompt = asked.text_input;
    refuseLongPrompt(prompt, ['text_input']);
    const parameters = parametersOf(asked);
    const call = textCallOf(request, unitsOfText(parameters.maxTokens), header);
    const { generations, credentials } = this.doors;
    const wanted: GenerationCall = { ...call, ...this.wantedBy(request), prompt, parameters };
    const head: TextHead = {
      id: asked.id,
      model: request.params.model,
      numberOf: (versionId) => this.numberOf(versionId),
    };
    if (!streamed) return reply.send(wholeText(head, await generations.whole(wanted)));
    const signal = openStream(request, call, credentials);
    const begun = await beginning(generations.generate({ ...wanted, signal }));
    return sendEvents(reply, withHeartbeats(streamedText(head, begun)));
  }

  private numberOf(versionId: string): string {
    return String(this.doors.routes.peek(versionId)?.number ?? '');
  }

  /** Whom the address asks. @throws AppError NOT_FOUND or ENGINE_UNAVAILABLE for a version that it names. */
  private wantedBy(request: ModelRequest): Pick<GenerationCall, 'deployment' | 'versionId'> {
    const { model: deployment, version: number } = request.params;
    return number === undefined
      ? { deployment }
      : { deployment, versionId: this.answering(request).version.id };
  }

  /**
   * The version that the address names, or the first of whoever answers: the deployment, or while it is not ready, one that stands
   * in for it. Who names a version wants that one. @throws AppError NOT_FOUND, ENGINE_UNAVAILABLE.
   */
  private answering(request: ModelRequest): Answering {
    const { customerId } = callerOf(request, 'inference:run');
    const { routes } = this.doors;
    const { model, version: number } = request.params;
    const [own, ...standIns] = routes.chain(customerId, model, PATH);
    const chain = number === undefined ? [own, ...standIns] : [own];
    const answers = chain.find((id) => routes.isServed(id)) ?? own;
    const served = routes.versionsOf(routes.find(customerId, answers, PATH).deploymentId);
    const version = number === undefined ? served[0] : served.find((one) => String(one.number) === number);
    if (!version) throw notFound(['version']);
    return { version, served, isStandIn: answers !== own };
  }
}
