/**
 * Refuses an old Node with one sentence, before newer syntax in other files fails. This file runs on every Node with ES
 * modules.
 */

const [major, minor] = process.versions.node.split('.').map(Number);

if (Number(major) < 20 || (Number(major) === 20 && Number(minor) < 19)) {
  console.error(
    `This needs Node.js 20.19 or later, and this is ${process.version} (${process.execPath}). ` +
      'Get a newer one from https://nodejs.org, or with a version manager: nvm install (it reads .nvmrc).',
  );
  process.exit(1);
}
