/** Texts as a stream: the GraphQL face of writing, at /graphql/stream. */
import { Arg, Resolver, Root, Subscription } from 'type-graphql';
import { unauthenticated } from '../../../kernel/errors';
import { actorOf } from '../../../kernel/principal';
import { Cost, OpenedBy, opensItself, type RequestContext } from '../../../platform/graphql';
import { authorize, Can } from '../../identity';
import { GenerateInput, GenerationChunkType } from './generation.input';
import { unitsOfText } from './text-limits';
import { textOf } from './text.input';
import type { GenerationStreams, StreamedChunk } from './generation-stream.service';

@Resolver()
export class GenerationResolver {
  constructor(private readonly streams: GenerationStreams) {}

  @Subscription(() => GenerationChunkType, {
    nullable: true,
    subscribe: opensItself,
    description:
      'Writes a text and sends it in numbered chunks as it is written. Needs inference:run. Event: inference.completed. Costs one request of the quota, and the tokens at the price of the plan; a reader who leaves has 10 s to come back with `streamId` and `resumeFrom`, then the text is cut off and what was delivered is billed. Under an idempotency key it is written to its end, kept for a day, and billed when it is whole. A text that breaks ends with an error event. Prompt and text are kept only with the end user’s consent to TRAINING.',
  })
  @Can('inference:run')
  @Cost(({ input }: { input: GenerateInput }) => unitsOfText(input.maxTokens))
  @OpenedBy({
    resolver: () => GenerationResolver,
    input: () => GenerateInput,
    open: (resolver, input, context) => resolver.open(input, context),
  })
  generation(
    @Root() chunk: StreamedChunk,
    @Arg('input', () => GenerateInput, { description: 'What to write, or which text to go on reading.' })
    _input: GenerateInput,
  ): GenerationChunkType {
    return chunk;
  }

  /** Begins a text, or goes on with one. @throws AppError for those who may not. */
  open(
    { streamId, resumeFrom, ...input }: GenerateInput,
    context: RequestContext,
  ): AsyncIterable<StreamedChunk> {
    authorize(context, 'inference:run');
    const { principal, requestId } = context;
    if (!('customerId' in principal)) throw unauthenticated();
    const owner = actorOf(principal);
    const { customerId } = principal;
    if (streamId != null) return this.streams.resume(owner, { customerId, streamId, from: resumeFrom });
    const asked = { ...input, ...textOf(input), principal, requestId, customerId };
    return this.streams.begin(owner, asked, resumeFrom);
  }
}
