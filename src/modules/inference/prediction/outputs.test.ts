import 'reflect-metadata';
import { DType, type Signature } from '../../models';
import { outputRow } from './outputs';

const output = (name: string, dtype = DType.FLOAT32) => ({ name, dtype, optional: false });
const signature = (outputs: Signature['outputs'], labels?: string[]): Signature => ({
  inputs: [],
  outputs,
  labels,
});

test('a two-class model answers its probability and the label it leads to', () => {
  const yesNo = signature([output('probability')], ['no', 'yes']);
  expect(outputRow(yesNo, Float32Array.of(0.75))).toEqual({ probability: 0.75, label: 'yes' });
  expect(outputRow(yesNo, Float32Array.of(0.25))).toEqual({ probability: 0.25, label: 'no' });
});

test('the positive label is said from the version’s own threshold on', () => {
  const chosen = { ...signature([output('probability')], ['no', 'yes']), threshold: 0.25 };
  expect(outputRow(chosen, Float32Array.of(0.25))).toEqual({ probability: 0.25, label: 'yes' });
  expect(outputRow(chosen, Float32Array.of(0.125))).toEqual({ probability: 0.125, label: 'no' });
});

test('the label stands under the name that the signature gives it', () => {
  const named = signature([output('probability'), output('answer', DType.STRING)], ['no', 'yes']);
  expect(outputRow(named, Float32Array.of(1))).toEqual({ probability: 1, answer: 'yes' });
});

test('a model of many classes answers all of them and the likeliest label', () => {
  const many = signature([output('probabilities')], ['a', 'b', 'c']);
  expect(outputRow(many, Float32Array.of(0.25, 0.5, 0.25))).toEqual({
    probabilities: [0.25, 0.5, 0.25],
    label: 'b',
  });
});

test('a model of more classes than a call takes arguments answers the likeliest label', () => {
  const labels = Array.from({ length: 200_000 }, (_, at) => `class ${at}`);
  const { label } = outputRow(signature([output('scores')], labels), Float32Array.from(labels.keys()));
  expect(label).toBe('class 199999');
});

test('a model without labels answers its numbers by name', () => {
  expect(outputRow(signature([output('low'), output('high')]), Float32Array.of(1, 2))).toEqual({
    low: 1,
    high: 2,
  });
});
