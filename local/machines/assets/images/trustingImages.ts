import { join } from 'node:path';
import { imageRecipes } from './imageRecipes.ts';
import { placeOfImage, recipeOfTag, writeExtendedImage } from './ociLayout.ts';

/** Where Go and OpenSSL look for authorities on Debian, in whose manner the publishers' images are made. */
const authoritiesPath = 'etc/ssl/certs/ca-certificates.crt';

/**
 * Images that call AWS, with the authority of one world's endpoints (PEM) as the one that they trust: `<folder>/HOST/REPOSITORY`.
 * On AWS their publishers' images trust the authorities of the web. Images that are not built are left out.
 */
export async function writeTrustingImages(
  folder: string,
  { images, authority }: { readonly images: string; readonly authority: string },
): Promise<void> {
  for (const { image } of imageRecipes.filter(({ callsAws }) => callsAws)) {
    const { repository, tag } = placeOfImage(image);
    const from = join(images, repository);
    if ((await recipeOfTag(from, tag)) === undefined) continue;
    const entries = [{ path: authoritiesPath, kind: 'file', content: Buffer.from(authority) } as const];
    await writeExtendedImage(join(folder, repository), { from, tag, entries });
  }
}
