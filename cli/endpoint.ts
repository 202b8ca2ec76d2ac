/** What an endpoint is, in words. */
export const endpointForm = "the URL of a deployment's HTTP API (sls info shows it)";

/** Whether the text is the URL of something that can be asked over HTTP. */
export const isEndpoint = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
