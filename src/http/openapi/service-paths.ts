import { z } from 'zod';
import type { ZodOpenApiPathsObject } from 'zod-openapi';
import { healthSchema, readinessSchema } from '../rest/response-schemas.js';
import { answers, COMMON_PROBLEMS, header, json } from './answers.js';

const open = { tags: ['service'], security: [] };

export const SERVICE_PATHS = {
  '/': {
    get: {
      ...open,
      operationId: 'home',
      summary: 'A page for people',
      description:
        'Asks for reports, follows and lists jobs, and shows what failed; by the interfaces that stand here.',
      responses: answers(
        {
          200: {
            description: 'HTML.',
            content: { 'text/html': { schema: { type: 'string' } } },
            headers: { ETag: header('Of the page; `If-None-Match` answers 304 while it is the same.') },
          },
          304: { description: 'It is the same still.' },
        },
        ['PAYLOAD_TOO_LARGE'],
      ),
    },
  },
  '/healthz': {
    get: {
      ...open,
      operationId: 'isAlive',
      summary: 'The process lives',
      responses: answers({ 200: json('It does.', healthSchema) }, ['PAYLOAD_TOO_LARGE']),
    },
  },
  '/readyz': {
    get: {
      ...open,
      operationId: 'isReady',
      summary: 'Requests can be served',
      description:
        '503 only while MySQL cannot be used (away, not migrated, read-only, or refusing what the service needs), or the process is stopping; not for a lost broker.',
      responses: answers(
        { 200: json('They can.', readinessSchema), 503: json('They cannot.', readinessSchema) },
        ['PAYLOAD_TOO_LARGE'],
      ),
    },
  },
  '/api': {
    get: {
      ...open,
      operationId: 'read',
      summary: 'This document as a page',
      responses: answers(
        { 200: { description: 'HTML.', content: { 'text/html': { schema: { type: 'string' } } } } },
        ['PAYLOAD_TOO_LARGE'],
      ),
    },
  },
  '/openapi.json': {
    get: {
      ...open,
      operationId: 'describe',
      summary: 'This document',
      responses: answers({ 200: json('OpenAPI 3.1.', z.looseObject({ openapi: z.string() })) }, [
        'PAYLOAD_TOO_LARGE',
      ]),
    },
  },
  '/metrics': {
    get: {
      operationId: 'getMetrics',
      tags: ['service'],
      summary: 'Figures for Prometheus, for operators',
      responses: answers(
        { 200: { description: 'Prometheus text.', content: { 'text/plain': { schema: z.string() } } } },
        [...COMMON_PROBLEMS, 'FORBIDDEN'],
      ),
    },
  },
} satisfies ZodOpenApiPathsObject;
