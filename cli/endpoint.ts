/** What an endpoint is, in words. */
export const endpointForm = "the https URL of a deployment's HTTP API (sls info shows it)";

/** Whether the text is the URL of an HTTP API: over TLS but on this machine, for answers hold names and addresses. A password has no place in it. */
export function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password } = new URL(text);
  const isSafe = protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname));
  return isSafe && username === '' && password === '';
}

const isLoopback = (host: string): boolean => /^(localhost|\[::1\]|127(\.\d{1,3}){3})$/.test(host);
