/** How much hurry a prediction is in: sold openly, because waiting for a quiet moment is worth something to the house. */
import { registerEnumType } from 'type-graphql';

export enum ServiceClass {
  STANDARD = 'STANDARD',
  ECONOMY = 'ECONOMY',
}

registerEnumType(ServiceClass, {
  name: 'ServiceClass',
  description: 'How much hurry a prediction is in.',
  valuesConfig: {
    STANDARD: { description: 'It takes its turn at once.' },
    ECONOMY: {
      description:
        'It waits until nobody else needs the device, at the longest until it must begin to be done by its deadline. It has a price of its own: ECONOMY_REQUEST.',
    },
  },
});
