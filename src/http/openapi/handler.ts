import type { ReportCatalog } from '../../reports/report-catalog.js';
import type { Handler } from '../rest/call.js';
import { createOpenApiDocument } from './document.js';
import { jsonResponse } from '../rest/json-response.js';

/** `GET /openapi.json`, made when it is asked for first. */
export function createOpenApiHandler(reports: ReportCatalog): Handler {
  let document: ReturnType<typeof createOpenApiDocument> | undefined;
  return () => {
    document ??= createOpenApiDocument(reports);
    return jsonResponse(document);
  };
}
