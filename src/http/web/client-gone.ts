/**
 * The reason with which an exchange's `signal` is aborted when the client has gone. A request that fails with this
 * error gets no answer.
 */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection');
    this.name = 'ClientGone';
  }
}
