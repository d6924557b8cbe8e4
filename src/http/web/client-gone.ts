/** The reason of an exchange's `signal` when its client has gone. A request that fails with it gets no answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection');
    this.name = 'ClientGone';
  }
}
