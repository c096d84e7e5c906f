import { sampleRatioLogBayes } from '../../../kernel/statistics';
import { HealthCheckName, HealthStatus, isHealthy, testHealth } from './test-health';

const variants = (...units: number[]) =>
  units.map((count, index) => ({
    key: `v${index}`,
    weight: 100 / units.length,
    units: count,
    doublyExposed: 0,
  }));
const statusOf = (findings: ReturnType<typeof testHealth>, name: HealthCheckName) =>
  findings.find((check) => check.name === name)!.status;

test('an even split with enough people is healthy', () => {
  expect(isHealthy(testHealth(variants(510, 490), 0))).toBe(true);
});

test('a split that dropped people from one side fails both sample-ratio checks', () => {
  const findings = testHealth(variants(5600, 4400), sampleRatioLogBayes([5600, 4400], [50, 50]));
  expect(statusOf(findings, HealthCheckName.SAMPLE_RATIO_SEQUENTIAL)).toBe(HealthStatus.FAILED);
  expect(statusOf(findings, HealthCheckName.SAMPLE_RATIO_CHI_SQUARE)).toBe(HealthStatus.FAILED);
});

test('a sequential alarm stays, even when the split evens out later', () => {
  const findings = testHealth(variants(6000, 6000), 10);
  expect(statusOf(findings, HealthCheckName.SAMPLE_RATIO_SEQUENTIAL)).toBe(HealthStatus.FAILED);
});

test('people who met two variants are counted, and too many of them spoil the test', () => {
  const [first, second] = variants(500, 480);
  const findings = testHealth([first!, { ...second!, doublyExposed: 20 }], 0);
  expect(statusOf(findings, HealthCheckName.DOUBLE_EXPOSURE)).toBe(HealthStatus.FAILED);
});

test('too few people is said plainly and is not a pass', () => {
  const findings = testHealth(variants(12, 15), 0);
  expect(statusOf(findings, HealthCheckName.ENOUGH_DATA)).toBe(HealthStatus.NOT_ENOUGH_DATA);
  expect(isHealthy(findings)).toBe(false);
  expect(isHealthy(testHealth(variants(0, 0), 0))).toBe(false);
});
