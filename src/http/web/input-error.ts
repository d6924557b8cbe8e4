import { ReportsError } from '../../reports/errors.js';

/** One mistake. Exactly one of the first three members says where it is. */
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
