/** The reason of an exchange's `signal`. A request that fails with it gets no answer. */
export class ClientGone extends Error {
  constructor() {
    super('the client closed the connection');
    this.name = 'ClientGone';
  }
}
