/** A JSON answer of known length. */
export function jsonResponse(
  value: unknown,
  options: { status?: number; headers?: Record<string, string> } = {},
): Response {
  const body = Buffer.from(JSON.stringify(value));
  return new Response(body, {
    status: options.status ?? 200,
    headers: {
      'content-type': 'application/json',
      'content-length': String(body.length),
      ...options.headers,
    },
  });
}
