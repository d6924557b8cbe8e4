import type { ReportCatalog } from '../../reports/report-catalog.js';
import { json } from '../web/answer.js';
import type { Handler } from '../web/route.js';
import { createOpenApiDocument } from './document.js';

/** `GET /openapi.json`, made when it is asked for first. */
export function createOpenApiHandler(reports: ReportCatalog): Handler {
  let document: ReturnType<typeof createOpenApiDocument> | undefined;
  return () => {
    document ??= createOpenApiDocument(reports);
    return json(document);
  };
}
