/** What goes wrong before a job begins, in words that say what to do next. */
import { AppError, conflict, invalidInput } from '../../kernel/errors';

export function unknownColumn(name: string, known: readonly string[]): AppError {
  const message = `The data has no column ${name}. Its columns are: ${known.join(', ')}.`;
  return invalidInput(['input', 'recipe', 'excludedColumns'], message, 'column');
}

export function nothingToLearnFrom(): AppError {
  const message =
    'There is nothing to learn from: every column but the label is excluded, dropped, or has no value at all. Leave one in, or upload data that has some.';
  return invalidInput(['input', 'recipe', 'excludedColumns'], message, 'columns');
}

export function notRunning(): AppError {
  return new AppError('CONFLICT', 'The training neither waits nor runs, so it cannot pause.', [
    'input',
    'id',
  ]);
}

export function notPaused(): AppError {
  return new AppError('CONFLICT', 'The training is not paused, so it cannot go on.', ['input', 'id']);
}

export function partOfSearch(searchId: string): AppError {
  const message = `The training is a trial of the search ${searchId}. Pause or resume the search.`;
  return new AppError('CONFLICT', message, ['input', 'id']);
}

export function searchNotRunning(): AppError {
  return new AppError('CONFLICT', 'The search neither waits nor runs, so it cannot pause.', ['input', 'id']);
}

export function searchNotPaused(): AppError {
  return new AppError('CONFLICT', 'The search is not paused, so it cannot go on.', ['input', 'id']);
}

/** @param why of the first that failed. */
export function everyTrialFailed(why: string): AppError {
  const message = `None of the trials could be trained. The first failed so: ${why}`;
  return invalidInput(['input', 'space'], message, 'training');
}

export function otherQuestion(versionId: string): AppError {
  const message = `The version ${versionId} answers another question, or takes other columns, so the two cannot be compared. Name a version that was trained on such data.`;
  return new AppError('CONFLICT', message, ['input', 'compareWithVersionId']);
}

export function notCompressible(versionId: string): AppError {
  const message = `The version ${versionId} cannot be made smaller here: name a network that was trained here from a data set.`;
  return new AppError('CONFLICT', message, ['input', 'versionId']);
}

/** Of a linear model or a very small network: what little it weighs is told apart from a failure. */
export function nothingToCompress(versionId: string): AppError {
  const message = `The version ${versionId} has too few weights to be worth keeping in fewer bits. It is small already: leave it as it is.`;
  return new AppError('CONFLICT', message, ['input', 'versionId']);
}

export function noThreshold(versionId: string): AppError {
  const message = `The version ${versionId} has no threshold to choose: name a classifier that was trained here from a data set and answers how probable its one positive class is.`;
  return new AppError('CONFLICT', message, ['input', 'versionId']);
}

export function thresholdOrGoal(): AppError {
  return invalidInput(
    ['input', 'threshold'],
    'Give either a threshold, or a goal by which it is chosen.',
    'one',
  );
}

export function goalWithoutShare(goal: string): AppError {
  return invalidInput(['input', 'atLeast'], `Say which share ${goal} is to reach.`, 'required');
}

export function shareWithoutGoal(): AppError {
  const message = 'A share belongs to AT_LEAST_RECALL and AT_LEAST_PRECISION. Leave it out.';
  return invalidInput(['input', 'atLeast'], message, 'goal');
}

export function sameThreshold(threshold: number): AppError {
  const message = `The version has the threshold ${threshold} already. Choose another one.`;
  return invalidInput(['input', 'threshold'], message, 'same');
}

export function tooFewToChooseBy(rows: number, positives: number, fewest: number): AppError {
  const message = `Of the ${rows} rows that were watched while it learned ${positives} are positive; a threshold is chosen by ${fewest} positive and ${fewest} negative ones at least. Give the threshold itself, or train with a larger validationShare.`;
  return new AppError('CONFLICT', message, ['input', 'goal']);
}

/** @param most Of the share that was asked for, as far as any threshold leads. */
export function goalNotReached(atLeast: number | null, rows: number, most: number): AppError {
  const message = `No threshold reaches ${atLeast ?? 'any F1'} on the ${rows} rows that were watched while it learned; ${Number(most.toPrecision(3))} is the most. Ask for less.`;
  return new AppError('CONFLICT', message, ['input', 'atLeast']);
}

export function rowsTakenBack(datasetVersionId: string, count: number): AppError {
  const message = `Of the rows of this data ${count} may not be learned from any more: their people, or a reviewer, took them back, or their use is restricted. Gather it anew with datasetGather, with this version as baseVersionId, and train on that.`;
  return conflict(message, ['input', 'datasetVersionId'], datasetVersionId);
}
