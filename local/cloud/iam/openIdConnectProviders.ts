import { tableOf } from '../world.ts';
import type { Tags } from './tags.ts';

/** An issuer of tokens that roles may trust: a cluster's service accounts. */
export interface OpenIdConnectProvider {
  readonly arn: string;
  /** Without its scheme, as IAM shows it. */
  readonly url: string;
  readonly clientIds: readonly string[];
  readonly thumbprints: readonly string[];
  readonly createdAt: number;
  readonly tags: Tags;
}

export const providers = tableOf<OpenIdConnectProvider>('iam.openIdConnectProviders');
