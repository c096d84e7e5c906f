/** The engine as GraphQL shows it: at `health`, on a deployment, on every inference. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { BigIntScalar } from '../../platform/graphql';
import { EngineKind } from './engine';

registerEnumType(EngineKind, {
  name: 'EngineKind',
  description: 'A family of inference engines: it says which artefacts can be run, not on which device.',
  valuesConfig: {
    ONNX: { description: 'onnxruntime: runs models that were frozen as ONNX files.' },
    TENSORFLOW: { description: 'TensorFlow.js: runs layers models, and trains them.' },
    REMOTE: { description: 'A server that somebody else runs: what is asked leaves the house.' },
  },
});

@ObjectType('EngineRefusal', { description: 'A better engine that was tried at the start and not believed.' })
export class EngineRefusalType {
  @Field(() => EngineKind, { description: 'Its family.' })
  kind!: EngineKind;

  @Field({ description: 'The device and the way to it, e.g. "CUDA through tfjs-node-gpu".' })
  device!: string;

  @Field({ description: 'Why it was refused, in words.' })
  reason!: string;
}

@ObjectType('EngineInfo', {
  description: 'The engine that runs models here, chosen at the start from the best down.',
})
export class EngineInfoType {
  @Field(() => EngineKind, { description: 'The family of the engine.' })
  kind!: EngineKind;

  @Field({ description: 'The device it runs on.' })
  device!: string;

  @Field({ description: 'Package of the engine and its version.' })
  version!: string;

  @Field(() => BigIntScalar, {
    nullable: true,
    description: 'Memory of the device in bytes; null where nobody says.',
  })
  memoryBytes?: number;

  @Field(() => [EngineRefusalType], {
    description: 'Every better engine and why it was refused, best first.',
  })
  refused!: readonly EngineRefusalType[];
}
