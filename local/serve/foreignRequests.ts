import type { WireRequest } from './message.ts';

/** Browsers send these by themselves; no AWS client does (source: Fetch Metadata Request Headers, W3C). */
const foreignSites: readonly string[] = ['cross-site', 'same-site'];

/**
 * Why a request is not for this server or not from a program of this machine; undefined where it may proceed. A page in a
 * browser can reach loopback, also under another name that its owner points there.
 */
export function strangerIn({ headers }: WireRequest, port: number): string | undefined {
  const host = headers.host ?? '';
  if (![`127.0.0.1:${port}`, `localhost:${port}`].includes(host.toLowerCase()))
    return `The Host ${printable(host)} is not this server's: use http://127.0.0.1:${port}`;
  if (headers.origin !== undefined) return 'Requests of web pages are refused: Origin is set';
  if (foreignSites.includes((headers['sec-fetch-site'] ?? '').toLowerCase()))
    return 'Requests of web pages are refused: Sec-Fetch-Site names another site';
  return undefined;
}

const printable = (text: string): string => text.replace(/[^\x20-\x7e]/g, '?').slice(0, 100);
