import { afterEach } from '@jest/globals';

const steps: (() => unknown)[] = [];
afterEach(async () => {
  for (const step of steps.splice(0).toReversed()) await step();
});

/** Registers a function that is called when the running test ends. The functions are called in reverse order. */
export function onTestEnd(step: () => unknown): void {
  steps.push(step);
}
