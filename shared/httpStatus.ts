/** The status of the HTTP answer that an error of the SDK carries; undefined where there was no answer. */
export const httpStatusOf = (error: unknown): number | undefined =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode;
