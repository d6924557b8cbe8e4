import { afterEach } from '@jest/globals';

const steps: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of steps.splice(0).toReversed()) await step();
});

/** Undoes what the test that runs has opened, the last first. */
export function onTestEnd(step: () => unknown): void {
  steps.push(step);
}
