/** Of a request: names in lower case; a repeated header is joined as HTTP says. */
export type RequestHeaders = Readonly<Record<string, string | undefined>>;
