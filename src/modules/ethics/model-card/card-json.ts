/** A model card in the shape of Google's Model Card Toolkit (schema version 0.0.2), as other tools read it. */
import type { CardFacts, CardWords } from './card-facts';

export function cardJson(facts: CardFacts, words: CardWords | null): object {
  const { fairness, data, metrics } = facts;
  return {
    schema_version: '0.0.2',
    model_details: {
      name: facts.model,
      overview: facts.makersWords ?? `A model for ${facts.task}.`,
      version: { name: String(facts.number), date: facts.createdAt, diff: facts.derivation ?? '' },
      references: facts.parents.map((reference) => ({ reference })),
    },
    model_parameters: {
      model_architecture: facts.engine,
      data: data
        ? [
            {
              name: `${data.name} ${data.number}`,
              description: `${data.rows} rows; consent: ${data.consentScope.join(', ')}`,
            },
          ]
        : [],
      input_format_map: facts.inputs.map(({ name, dtype }) => ({ key: name, value: dtype })),
      output_format_map: facts.outputs.map(({ name, dtype }) => ({ key: name, value: dtype })),
    },
    quantitative_analysis: {
      performance_metrics: [
        ...metrics.map(({ name, value, interval }) => ({
          type: name,
          value: String(value),
          slice: '',
          ...(interval && {
            confidence_interval: { lower_bound: String(interval[0]), upper_bound: String(interval[1]) },
          }),
        })),
        ...(fairness?.attributes ?? []).flatMap(({ attribute, groups }) =>
          groups.map(({ group: name, accuracy }) => ({
            type: 'accuracy',
            value: String(accuracy.value),
            slice: `${attribute}: ${name}`,
          })),
        ),
      ],
    },
    considerations: {
      use_cases: words ? [{ description: words.intendedUse }] : [],
      limitations: words ? [{ description: words.limits }] : [],
    },
  };
}
