/** How written text is answered: each API of the OpenAI protocol that writes has a form of its own. */
import type { GenerationChunk } from '../../generation/generation';
import type { WholeText } from '../text-stream';

export interface AnswerHead {
  readonly id: string;
  /** Seconds since 1970. */
  readonly created: number;
  readonly model: string;
}

export interface AnswerForm {
  /** What its ids begin with. */
  readonly prefix: string;
  whole(head: AnswerHead, text: WholeText): object;
  /** Server-sent events. */
  streamed(
    head: AnswerHead,
    chunks: AsyncIterable<GenerationChunk>,
    includeUsage: boolean,
  ): AsyncGenerator<string, void>;
}
