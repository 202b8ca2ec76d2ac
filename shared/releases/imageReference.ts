declare const image: unique symbol;

/** `registry/repository:tag`, and `@sha256:…` after it where the release pins the digest of the tag. */
export type ImageReference = string & { readonly [image]: true };

/** Names as registries have them (source: OCI distribution specification, "Pulling manifests"), with a host that is said. */
const host = /(?:[a-z0-9]+(?:-+[a-z0-9]+)*\.)+[a-z]+(?::\d+)?/;
const component = /[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*/;
const tag = /\w[\w.-]{0,127}/;
const digest = /sha256:[0-9a-f]{64}/;
const reference = new RegExp(
  `^${host.source}/${component.source}(?:/${component.source})*:(${tag.source})(?:@${digest.source})?$`,
);

/**
 * Takes a text for what an image is pulled by, as manifests and containerd write it. Throws a RangeError where it does not
 * say which registry and version, or its digest is not one: such a reference would be pulled from where nobody meant.
 */
export function imageReference(text: string): ImageReference {
  const [, version] = reference.exec(text) ?? [];
  if (version === undefined || version === 'latest')
    throw new RangeError(`${text} is not registry/repository:version, with or without @sha256: and 64 digits`);
  return text as ImageReference;
}
