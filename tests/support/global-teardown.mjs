import { endTestServers } from './global-setup.mjs';

export default async function tearDown() {
  await endTestServers();
}
