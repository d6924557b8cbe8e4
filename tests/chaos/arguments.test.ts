import { expect, test } from '@jest/globals';
import { parseChaosArguments, UsageError } from './arguments.js';

test.each([
  [['--kills', '-1']],
  [['--only', 'disk']],
  [['--jobs', 'many']],
  [['--mutant', 'no-such']],
  [['--broker', 'kafka']],
  [['--broker', 'rabbitmq', '--mutants']],
  [['--sed', '1']],
  [['1']],
])('%j cannot be read', (args) => {
  expect(() => parseChaosArguments(args)).toThrow(UsageError);
});
