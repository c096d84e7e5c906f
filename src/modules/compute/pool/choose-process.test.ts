import { chooseProcess } from './choose-process';

const process = (up: boolean, has: boolean, inFlight: number) => ({ up, has, inFlight });

test('the least busy one that has the version', () => {
  expect(chooseProcess([process(true, true, 2), process(true, true, 1), process(true, true, 3)])).toEqual({
    run: 1,
  });
});

test('none has it: the least busy one loads it', () => {
  expect(chooseProcess([process(true, false, 2), process(true, false, 0)])).toEqual({ run: 1 });
});

test('all that have it are busy: an idle one gets a copy, the batch does not wait for it', () => {
  expect(chooseProcess([process(true, true, 1), process(true, false, 0)])).toEqual({ run: 0, copyTo: 1 });
  expect(chooseProcess([process(true, true, 0), process(true, false, 0)])).toEqual({ run: 0 });
});

test('one that is being restarted is asked last', () => {
  expect(chooseProcess([process(false, true, 0), process(true, false, 5)])).toEqual({ run: 1 });
  expect(chooseProcess([process(false, false, 0)])).toEqual({ run: 0 });
});
