/**
 * The Open Inference Protocol (KServe v2) over REST: what it asks is unpacked, handed to the one path and packed again.
 * A model of the protocol is a deployment, its versions are the versions that the deployment serves.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { notFound } from '../../../kernel/errors';
import type { Log } from '../../../platform/log';
import type { RouteService, WarmVersion } from '../../deployments';
import { callerOf, callOf } from '../face';
import { planPrediction } from '../model-work';
import type { OutputRow } from '../outputs';
import type { PredictionService } from '../prediction.service';
import { splitBody } from './binary-body';
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
      http.post(`${model}/infer`, { bodyLimit: BODY_LIMIT }, (request, reply) =>
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
    const pinned = number === undefined ? undefined : this.versionOf(request).id;
    let answering: WarmVersion | undefined;
    const { inference, feedbackToken } = await this.doors.predictions.predict({
      ...call,
      deployment: model,
      versionId: pinned,
      rows: asked.rows,
      work: {
        identity: { versionId: pinned },
        plan: (version, rows) => {
          checkOutputs(asked, outputNames(version.signature));
          answering = version;
          return planPrediction(version, rows);
        },
      },
    });
    const { header: answer, binary: tensors } = inferResponseOf(
      {
        model,
        version: String(answering?.number ?? number),
        inferenceId: inference.id,
        feedbackToken,
        rows: inference.answer as readonly OutputRow[],
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
