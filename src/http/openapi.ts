import type { Handler } from './rest/call.js';
import { jsonResponse } from './rest/json-response.js';

export function createOpenApiHandler(): Handler {
  return () => jsonResponse({});
}
