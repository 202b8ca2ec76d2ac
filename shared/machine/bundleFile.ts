import type { BundleFile } from './bundle.ts';

/** A file that anyone on the machine may read. Nothing in a bundle is secret, but some things are nobody's business. */
export const readable = (path: string, content: string): BundleFile => ({ path, mode: '0644', content });

/** A file for root alone, as the CIS benchmark wants the components' configuration. */
export const forRoot = (path: string, content: string): BundleFile => ({ path, mode: '0600', content });
