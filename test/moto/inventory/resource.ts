/** A resource as AWS's own clients show it, from any server. */
export interface Resource {
  readonly type: string;
  readonly id: string;
  readonly tags: Readonly<Record<string, string>>;
  /** What its users would notice if it were different. */
  readonly properties: Readonly<Record<string, unknown>>;
}

/** Where an account is reached, and as whom: what a client is made with. */
export interface Account {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Tags by key, without those that AWS sets itself. */
export function tagsOf(tags: readonly Tag[] | undefined): Record<string, string> {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key = '', Value = '' }) => (Key.startsWith('aws:') ? [] : [[Key, Value]])),
  );
}

/** A policy document, however it was escaped. */
export function documentIn(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  return JSON.parse(text.startsWith('%7B') ? decodeURIComponent(text) : text);
}
