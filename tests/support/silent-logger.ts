import type { Logger } from '../../src/jobs/ports/logger.js';

export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} };
