import { describe, expect, it } from '@jest/globals';
import { causeIn, describeFailure } from '../../src/jobs/attempt-failure.js';
import { ServiceUnavailableError, TimeoutError } from '../../src/reports/errors.js';

describe('the cause of a failed attempt', () => {
  const causeOf = (error: Error) => {
    const { stack, message } = describeFailure(error);
    return causeIn({ stack, errorMessage: message });
  };

  it('is what the innermost error says', () => {
    const server = new Error("Table 'posts_report.posts' doesn't exist");
    const error = new ServiceUnavailableError('away', { cause: new Error('cannot read', { cause: server }) });
    expect(causeOf(error)).toBe("Error: Table 'posts_report.posts' doesn't exist");
  });

  it('is null when it says no more than the message', () => {
    const error = new TimeoutError(10);
    expect(causeOf(error)).toBeNull();
    expect(causeIn({ stack: null, errorMessage: 'The worker was lost.' })).toBeNull();
  });
});
