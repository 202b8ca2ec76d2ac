/** What a PEM block holds, by the label in its first line. */
export type PemLabel = 'CERTIFICATE' | 'CERTIFICATE REQUEST' | 'PUBLIC KEY';

/** Writes DER as a PEM block that ends in a newline. */
export function toPem(label: PemLabel, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}

/** The DER of a text that is one PEM block of this label and nothing else. */
export function fromPem(label: PemLabel, text: string): Buffer {
  const block = new RegExp(`^-----BEGIN ${label}-----\\s+([A-Za-z0-9+/=\\s]+)-----END ${label}-----\\s*$`).exec(text);
  if (block?.[1] === undefined) throw new TypeError(`Expected exactly one PEM block "${label}".`);
  return Buffer.from(block[1], 'base64');
}
