/** Events, as they can be asked for. */
import type { Operation } from '../request/call';
import type { ObjectStore } from '../store/object-store';

export function eventOperations(store: ObjectStore): Operation[] {
  return [
    { method: 'GET', path: '/v1/events/:id', run: ({ path }) => store.get('event', path.id!) },
    {
      method: 'GET',
      path: '/v1/events',
      run: ({ parameters }) => {
        const type = parameters.text('type');
        const family = type?.endsWith('*') ? type.slice(0, -1) : undefined;
        const types = parameters.texts('types');
        const wanted = type === undefined || family !== undefined ? types : [type];
        return store.page(
          'event',
          {
            properties: { type: wanted.length > 0 ? wanted : undefined },
            prefix: family === undefined ? undefined : { property: 'type', text: family },
          },
          parameters,
        );
      },
    },
  ];
}
