import { z } from 'zod';
import type { AuthToken } from './http/web/auth.js';

export function wholeNumber(min: number, max: number) {
  return z
    .string()
    .refine((text) => /^\d{1,16}$/.test(text) && Number(text) >= min && Number(text) <= max, {
      error: (issue) => `must be a whole number from ${min} to ${max}, but is ${JSON.stringify(issue.input)}`,
    })
    .transform(Number);
}

/**
 * A URL for which `check` does not throw.
 * @param check throws an error whose message does not contain the URL, which may hold a password
 */
export function url(check: (text: string) => unknown, example: string) {
  const like = `must be a URL like ${example}`;
  return z.string(like).superRefine((text, context) => {
    try {
      check(text);
    } catch (error) {
      // An error with a `code` is from Node: its message says only that the URL is invalid.
      const reason = error instanceof Error && !('code' in error) ? `: ${error.message}` : '';
      context.addIssue({ code: 'custom', message: `${like}${reason}` });
    }
  });
}

/** Parses an origin in the form of the `Origin` header, such as `https://reports.example`. */
export function parseOrigin(text: string, context: z.core.$RefinementCtx<string>): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url !== undefined && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be an origin like https://reports.example' });
  return z.NEVER;
}

export function parseOrigins(text: string, context: z.core.$RefinementCtx<string>): string[] {
  return text.split(',').map((origin) => parseOrigin(origin.trim(), context));
}

/** Parses `name:role:token,…`. */
export function parseTokens(text: string, context: z.core.$RefinementCtx<string>): AuthToken[] {
  const entryOf = new Map<string, number>();
  const entries = text.split(',').map((entry) => entry.trim());
  return entries.flatMap((entry, index) => {
    const [, name, role, token] =
      /^([\w.@-]{1,64}):(viewer|operator):([\x21-\x2b\x2d-\x7e]+)$/.exec(entry) ?? [];
    if (name === undefined || token === undefined || (role !== 'viewer' && role !== 'operator')) {
      const message = `entry ${index + 1} must be name:role:token, with the role viewer or operator`;
      context.addIssue({ code: 'custom', message });
      return [];
    }
    const first = entryOf.get(token) ?? index;
    entryOf.set(token, first);
    if (first !== index) {
      const message = `entry ${index + 1} has the token of entry ${first + 1}, so that its sender would be ambiguous`;
      context.addIssue({ code: 'custom', message });
    }
    return [{ name, role, token }];
  });
}
