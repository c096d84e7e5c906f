/**
 * Freezes a decision tree as ONNX's own operator for them (TreeEnsembleRegressor of ai.onnx.ml 3): each leaf adds its
 * numbers to the outputs, which are probabilities where the tree was grown on classes.
 */
import type { DecisionTree } from '../decision-tree';
import {
  domainOfNode,
  floatsAttribute,
  integerAttribute,
  integersAttribute,
  node,
  onnxFile,
  stringsAttribute,
} from './onnx-file';
import type { Bytes } from './protobuf';

const ML_DOMAIN = 'ai.onnx.ml';

export function treeToOnnx({ nodes, inputWidth, outputWidth }: DecisionTree): Bytes {
  const branches = nodes.map((one) => ('feature' in one ? one : undefined));
  const leaves = nodes.flatMap((one, id) =>
    'answer' in one ? one.answer.map((weight, target) => ({ id, target, weight })) : [],
  );
  const of = (name: string, read: (branch: Exclude<(typeof branches)[number], undefined>) => number) =>
    integersAttribute(
      name,
      branches.map((branch) => (branch ? read(branch) : 0)),
    );
  const ensemble = node(
    'TreeEnsembleRegressor',
    ['x'],
    'y',
    integerAttribute('n_targets', outputWidth),
    integersAttribute(
      'nodes_treeids',
      nodes.map(() => 0),
    ),
    integersAttribute(
      'nodes_nodeids',
      nodes.map((_, id) => id),
    ),
    of('nodes_featureids', ({ feature }) => feature),
    floatsAttribute(
      'nodes_values',
      branches.map((branch) => branch?.threshold ?? 0),
    ),
    stringsAttribute(
      'nodes_modes',
      branches.map((branch) => (branch ? 'BRANCH_LEQ' : 'LEAF')),
    ),
    of('nodes_truenodeids', ({ left }) => left),
    of('nodes_falsenodeids', ({ right }) => right),
    integersAttribute(
      'target_treeids',
      leaves.map(() => 0),
    ),
    integersAttribute(
      'target_nodeids',
      leaves.map(({ id }) => id),
    ),
    integersAttribute(
      'target_ids',
      leaves.map(({ target }) => target),
    ),
    floatsAttribute(
      'target_weights',
      leaves.map(({ weight }) => weight),
    ),
    domainOfNode(ML_DOMAIN),
  );
  return onnxFile({
    nodes: [ensemble],
    initializers: [],
    inputWidth,
    outputWidth,
    domains: [{ domain: ML_DOMAIN, version: 3 }],
  });
}
