import { ReportsError } from '../../reports/errors.js';

/** One mistake in a request. Exactly one of `pointer`, `parameter` and `header` says where. */
export interface InputMistake {
  /** JSON pointer into the body. */
  readonly pointer?: string;
  /** Name of a query parameter. */
  readonly parameter?: string;
  readonly header?: string;
  readonly detail: string;
}

/** Mistakes in a request, with the names that the client wrote. */
export class InputError extends ReportsError {
  readonly mistakes: readonly InputMistake[];

  constructor(mistakes: readonly [InputMistake, ...InputMistake[]]) {
    const more = mistakes.length > 1 ? ` (and ${mistakes.length - 1} more)` : '';
    super('BAD_USER_INPUT', `${mistakes[0].detail}${more}`);
    this.mistakes = mistakes;
  }
}
