/**
 * Masking: how much of what says who somebody is is found in texts, how often something else is taken for it, and how long
 * it takes, beside two redactors of npm on the same texts.
 */
import { execFileSync } from 'node:child_process';
import { createHmac } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { MaskingService } from '../../src/modules/privacy/masking/masking.service';
import { installPeers, peer } from '../graphql/peers';
import type { Benchmark } from '../main';
import { printTable } from '../measure/table';
import { labelled, type LabelledText, type Quality, qualityOf } from './sample';

interface Masked {
  readonly masked: readonly string[];
  readonly microseconds: number;
}

const PEERS = ['@redactpii/node', 'openredaction'];
const MOST_BYTES = 64 * 2 ** 20;

function byHand(): LabelledText[] {
  const lines = fs.readFileSync(path.join(__dirname, 'sentences.txt'), 'utf8').split('\n');
  return lines.filter((line) => line !== '' && !line.startsWith('#')).map(labelled);
}

function made(): LabelledText[] {
  const lines = execFileSync(process.execPath, [peer('made-texts.mjs')], { maxBuffer: MOST_BYTES });
  return (JSON.parse(lines.toString()) as string[]).map(labelled);
}

function byFlywheel(texts: readonly string[]): Masked {
  const masking = new MaskingService({
    mac: (purpose, text) => createHmac('sha256', 'bench').update(`${purpose}\n${text}`).digest('base64url'),
  });
  const run = (): string[] => texts.map((text) => masking.mask('cus_bench', text) as string);
  run();
  const begun = performance.now();
  const masked = run();
  return { masked, microseconds: ((performance.now() - begun) * 1000) / texts.length };
}

function byPeer(name: string, texts: readonly string[]): Masked {
  const options = { input: JSON.stringify(texts), maxBuffer: MOST_BYTES };
  return JSON.parse(
    execFileSync(process.execPath, [peer('redactors.mjs'), name], options).toString(),
  ) as Masked;
}

const share = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;

export const benchmark: Benchmark = {
  summary:
    'personal data masked in texts: found by kind, falsely masked, and time, beside two redactors of npm',
  run({ json }) {
    installPeers();
    const results: Record<string, Record<string, Quality & { readonly microseconds: number }>> = {};
    for (const [name, sample] of Object.entries({ 'by hand': byHand(), made: made() })) {
      const texts = sample.map(({ text }) => text);
      const contenders = {
        flywheel: byFlywheel(texts),
        ...Object.fromEntries(PEERS.map((one) => [one, byPeer(one, texts)])),
      };
      results[name] = Object.fromEntries(
        Object.entries(contenders).map(([contender, { masked, microseconds }]) => [
          contender,
          { ...qualityOf(sample, masked), microseconds },
        ]),
      );
    }
    if (json) {
      const plain = (_key: string, value: unknown): unknown =>
        value instanceof Map ? Object.fromEntries(value as Map<string, unknown>) : value;
      console.log(JSON.stringify(results, plain));
      return Promise.resolve();
    }
    for (const [name, contenders] of Object.entries(results)) {
      const columns = Object.keys(contenders);
      const kinds = [...contenders['flywheel']!.found.keys()];
      const rows = kinds.map((kind) => [
        `${kind} (${contenders['flywheel']!.found.get(kind)!.all})`,
        ...columns.map((one) => {
          const { all, gone } = contenders[one]!.found.get(kind)!;
          return share(gone, all);
        }),
      ]);
      const clean = columns.map((one) => share(contenders[one]!.changed, contenders[one]!.clean));
      const times = columns.map((one) => `${contenders[one]!.microseconds.toFixed(1)} µs`);
      printTable(
        `texts ${name}: found`,
        columns.map((one) => one.replace(/^@|\/node$/g, '')),
        [
          ...rows,
          [`changed, with nothing to mask (${contenders['flywheel']!.clean})`, ...clean],
          ['a text', ...times],
        ],
      );
    }
    return Promise.resolve();
  },
};
