/**
 * The Open Inference Protocol (KServe v2) over REST: what it asks is unpacked, handed to the one path and packed again.
 * A model of the protocol is a deployment, its versions are the versions that the deployment serves.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../../../kernel/errors';
import { sendEvents } from '../../../../platform/http';
import type { Log } from '../../../../platform/log';
import type { RouteService, WarmVersion } from '../../../deployments';
import { callerOf, callOf, FACE_ROUTE, parse, rowsAnswered } from '../face';
import type { GenerationCall } from '../../generation/generation';
import type { GenerationStreams } from '../../generation/generation-stream.service';
import { unitsOfText } from '../../generation/text.input';
import type { PredictionService } from '../../prediction/prediction.service';
import { beginning } from '../text-stream';
import { splitBody } from './binary-body';
import { generateSchema, parametersOf, streamedText, wholeText } from './generate';
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
  readonly log: Log;
  readonly productVersion: string;
}

type ModelRequest = FastifyRequest<{ Params: { model: string; version?: string } }>;

export class OpenInferenceFace {
  constructor(private readonly doors: OpenInferenceDoors) {}

  register(http: FastifyInstance): void {
    http.setErrorHandler(answerFailure(this.doors.log));
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

  private metadata(request: ModelRequest): object {
    const version = this.versionOf(request);
    const served = this.servedBy(request);
    return {
      name: request.params.model,
      versions: served.map(({ number }) => String(number)),
      platform: `flywheel_${version.engine.toLowerCase()}`,
      ...tensorsOf(version.signature),
    };
  }

  private ready(request: ModelRequest): object {
    this.versionOf(request);
    return { name: request.params.model, ready: true };
  }

  private async infer(request: ModelRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { header, binary } = splitBody(request.body, request.headers[HEADER_LENGTH]);
    const asked = inferRequestOf(header, binary);
    const call = callOf(request, asked.rows.length);
    const { model, version: number } = request.params;
    const version = this.versionOf(request);
    checkOutputs(asked, outputNames(version.signature));
    const pinned = number === undefined ? {} : { versionId: version.id };
    const rows = asked.rows;
    const predicted = await this.doors.predictions.predict({ ...call, ...pinned, deployment: model, rows });
    const { inference, feedbackToken } = predicted;
    const { header: answer, binary: tensors } = inferResponseOf(
      {
        model,
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
    const asked = parse(generateSchema, splitBody(request.body, undefined).header);
    const parameters = parametersOf(asked);
    const call = callOf(request, unitsOfText(parameters.maxTokens));
    const { model, version: number } = request.params;
    const version = this.versionOf(request);
    const { generations } = this.doors;
    const wanted: GenerationCall = {
      ...call,
      deployment: model,
      ...(number === undefined ? {} : { versionId: version.id }),
      prompt: asked.text_input,
      parameters,
    };
    const head = { id: asked.id, model_name: model, model_version: String(version.number) };
    if (!streamed) return reply.send(wholeText(head, await generations.whole(wanted)));
    return sendEvents(reply, streamedText(head, await beginning(generations.generate(wanted))));
  }

  private numberOf(versionId: string): string {
    return String(this.doors.routes.peek(versionId)?.number ?? '');
  }

  /** The version that the address names, or the deployment's first. @throws AppError NOT_FOUND, ENGINE_UNAVAILABLE. */
  private versionOf(request: ModelRequest): WarmVersion {
    const { version: number } = request.params;
    const served = this.servedBy(request);
    const version = number === undefined ? served[0] : served.find((one) => String(one.number) === number);
    if (!version) throw notFound(['version']);
    return version;
  }

  private servedBy(request: ModelRequest): WarmVersion[] {
    const { customerId } = callerOf(request, 'inference:run');
    const { routes } = this.doors;
    return routes.versionsOf(routes.find(customerId, request.params.model, PATH).deploymentId);
  }
}
