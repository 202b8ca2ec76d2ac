/**
 * For TLS 1.2, what is left of Go's own choice without the suites in CBC mode. Every certificate has an ECDSA key, and the
 * suites of TLS 1.3 are all good.
 */
export const cipherSuites = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
] as const;
