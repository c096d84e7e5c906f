/** Figures for operators, in OpenMetrics at /metrics. One registry a service, so that tests do not share counters. */
import { setTimeout as delay } from 'node:timers/promises';
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** Whoever collects waits some seconds, and wants the figures of the process also while its database says nothing. */
const LONGEST_LOOK_MS = 2_500;

export class Metrics {
  readonly registry = new Registry<typeof Registry.OPENMETRICS_CONTENT_TYPE>();

  private readonly looks: (() => Promise<void>)[] = [];
  private looking: Promise<unknown> | undefined;

  constructor() {
    this.registry.setContentType(Registry.OPENMETRICS_CONTENT_TYPE);
  }

  /** Figures of the process itself (memory, event loop lag). */
  collectProcess(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  counter<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name: `flywheel_${name}`, help, labelNames, registers: [this.registry] });
  }

  gauge<L extends string>(name: string, help: string, labelNames: readonly L[] = []): Gauge<L> {
    return new Gauge({ name: `flywheel_${name}`, help, labelNames, registers: [this.registry] });
  }

  /** Seconds, or whatever the unit in the name says. */
  histogram<L extends string>(
    name: string,
    help: string,
    buckets: number[],
    labelNames: readonly L[] = [],
  ): Histogram<L> {
    return new Histogram({ name: `flywheel_${name}`, help, buckets, labelNames, registers: [this.registry] });
  }

  /** For what is asked for when the figures are read. Where it fails, its gauges are to have no value: an old one would be believed. */
  beforeReading(look: () => Promise<void>): void {
    this.looks.push(look);
  }

  async text(): Promise<string> {
    this.looking ??= Promise.allSettled(this.looks.map((look) => look())).finally(
      () => (this.looking = undefined),
    );
    const enough = new AbortController();
    await Promise.race([this.looking, delay(LONGEST_LOOK_MS, undefined, enough).catch(() => undefined)]);
    enough.abort();
    return this.registry.metrics();
  }
}
