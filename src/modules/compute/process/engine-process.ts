/**
 * The child process: `engine-process <socket> <json: EngineProcessArguments>`. It climbs the ladder, says what it found,
 * and answers frames one after the other.
 */
import { climb, rungsFor } from '../ladder';
import { openRung } from '../rungs';
import type { EngineProcessArguments } from './engine-process-arguments';
import { serveEngine } from './engine-server';

const [socketPath, json] = process.argv.slice(2) as [string, string];
const { choice, kind, known } = JSON.parse(json) as EngineProcessArguments;

serveEngine(socketPath, async (trying) => {
  const attempt = (rung: Parameters<typeof openRung>[0]) => (trying(rung.name), openRung(rung));
  const found = await climb(choice, rungsFor(choice, kind), attempt, new Map(Object.entries(known)));
  return { engine: found.engine, refused: found.refused };
});
