/** The database did not answer in time, and the connection was destroyed. Whether the work was done is unknown. */
export class DeadlineError extends Error {
  constructor() {
    super('The database did not answer in time.');
    this.name = 'DeadlineError';
  }
}

/** A session variable does not have the value that the service set and relies on. */
export class SessionSettingError extends Error {
  constructor(
    name: string,
    { value, expected }: { readonly value: string | undefined; readonly expected: string },
    options: ErrorOptions,
  ) {
    super(
      `The database server does not let the service set the session variable ${name}: it is ` +
        `${value === undefined ? 'unknown' : JSON.stringify(value)} and must be ${JSON.stringify(expected)}.`,
      options,
    );
    this.name = 'SessionSettingError';
  }
}

/** A server that the service cannot work on; no setting of the server changes that. */
export class UnsupportedServerError extends Error {
  /**
   * The server's name and version, and why the server is not supported: words that complete "The database server is …".
   */
  readonly server: string;

  constructor(server: string) {
    super(`The database server is ${server}.`);
    this.name = 'UnsupportedServerError';
    this.server = server;
  }
}
