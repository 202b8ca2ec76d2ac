/** What an endpoint is, in words. */
export const endpointForm = "the URL of a deployment's HTTP API (sls info shows it)";

/** Whether the text is the URL of something that can be asked over HTTP; a password has no place in it. */
export function isEndpoint(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}
