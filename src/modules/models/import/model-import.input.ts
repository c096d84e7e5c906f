/** How a model that was made elsewhere becomes a version here. */
import { IsOptional, Length, Matches } from 'class-validator';
import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Decimal, MutationPayload } from '../../../platform/graphql';
import { ModelTask } from '../model.entity';
import { NAME_PATTERN } from '../model.input';
import { ArtefactImportInput } from './artefact-import.input';
import { ModelVersion } from '../model-version.entity';

export enum RemoteProtocol {
  OPENAI = 'OPENAI',
  OPEN_INFERENCE = 'OPEN_INFERENCE',
}

registerEnumType(RemoteProtocol, {
  name: 'RemoteProtocol',
  description: 'How a server that somebody else runs is asked.',
  valuesConfig: {
    OPENAI: {
      description:
        'The OpenAI protocol (vLLM, SGLang, llama.cpp, hosted): it writes text, or makes vectors of texts.',
    },
    OPEN_INFERENCE: {
      description: 'The Open Inference Protocol (Triton, KServe, MLServer): it answers rows of numbers.',
    },
  },
});

const PRICE = /^\d{1,12}(\.\d{1,12})?$/;
const PRICE_MESSAGE = 'A price is a decimal of cents with at most 12 digits on each side.';

@InputType({ description: 'What the owner of the server asks for its work, in cents of USD, unrounded.' })
export class RemotePricesInput {
  @Field(() => Decimal, { defaultValue: '0', description: 'For a request, in cents of USD.' })
  @Matches(PRICE, { message: PRICE_MESSAGE })
  request!: string;

  @Field(() => Decimal, { defaultValue: '0', description: 'For a row that is answered.' })
  @Matches(PRICE, { message: PRICE_MESSAGE })
  row!: string;

  @Field(() => Decimal, { defaultValue: '0', description: 'For a token of a prompt.' })
  @Matches(PRICE, { message: PRICE_MESSAGE })
  promptToken!: string;

  @Field(() => Decimal, { defaultValue: '0', description: 'For a token that is written.' })
  @Matches(PRICE, { message: PRICE_MESSAGE })
  completionToken!: string;
}

@InputType({ description: 'A server that somebody else runs, and one model on it.' })
export class RemoteModelInput {
  @Field(() => RemoteProtocol, { description: 'How it is asked.' })
  protocol!: RemoteProtocol;

  @Field(() => String, {
    description:
      'Its base URL: of the OpenAI protocol with `/v1`, of the Open Inference Protocol what stands before `/v2`.',
  })
  @Length(1, 500)
  url!: string;

  @Field(() => String, { description: 'The name of the model there.' })
  @Length(1, 200)
  model!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'The bearer credential for it. It is sealed and never shown again; null for a server that asks for none.',
  })
  @IsOptional()
  @Length(1, 1000)
  secret?: string | null;

  @Field(() => ModelTask, {
    nullable: true,
    description:
      'What it does, where the protocol does not say: of the OpenAI protocol TEXT_GENERATION, unless told otherwise, or EMBEDDING, whose server is asked once how wide its vectors are. Left out for the other protocol.',
  })
  task?: ModelTask | null;

  @Field(() => RemotePricesInput, {
    nullable: true,
    description: 'What it costs; null for a server that costs nothing by use.',
  })
  prices?: RemotePricesInput | null;
}

@InputType({ description: 'The model to import.' })
export class ModelImportInput {
  @Field(() => String, { description: 'The name of the model here; made at its first version.' })
  @Matches(NAME_PATTERN, {
    message:
      'A name is 1–100 letters, digits, spaces, dots, dashes and underscores, and starts with a letter or digit.',
  })
  modelName!: string;

  @Field(() => ArtefactImportInput, {
    nullable: true,
    description: 'Its files; exactly one of `artefact` and `remote` is sent.',
  })
  artefact?: ArtefactImportInput | null;

  @Field(() => RemoteModelInput, { nullable: true, description: 'Where somebody else runs it.' })
  remote?: RemoteModelInput | null;

  @Field(() => String, {
    nullable: true,
    description: 'Makes a repeated call safe: the first result is answered again for 24 hours.',
  })
  @IsOptional()
  @Length(1, 200)
  idempotencyKey?: string | null;
}

@ObjectType({ description: 'The version that was made.' })
export class ModelVersionPayload extends MutationPayload {
  @Field(() => ModelVersion, { nullable: true, description: 'The version; null when there are errors.' })
  modelVersion?: ModelVersion | null;
}
