import { readNumber } from './column-kind';
import { readCells } from './read-cells';
import type { KeptColumn } from './table-columns';

test.each(['CATEGORICAL', 'TEXT'] as const)(
  'a %s that reads alike is the same, however its letters are written',
  (kind) => {
    const column = { index: 0, name: 'town', kind, numberOf: readNumber } as KeptColumn;
    const cellOf = (text: string) => readCells([text], [column], () => undefined);
    expect(cellOf('Zu\u0308rich')).toEqual(['Z\u00fcrich']);
    expect(cellOf('Z\u00fcrich')).toEqual(['Z\u00fcrich']);
    expect(cellOf('Zurich')).toEqual(['Zurich']);
  },
);
