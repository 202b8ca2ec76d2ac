import * as z from 'zod';
import { type Access, operation } from '../operation.ts';
import { quotaOf } from '../serviceQuotas/quotas.ts';
import { nowOf, type World } from '../world.ts';
import { entityAlreadyExists, invalidInput, limitExceeded, noSuchEntity } from './errors.ts';
import { entityArn } from './identifiers.ts';
import { providers } from './openIdConnectProviders.ts';
import { requestTagContext, tagList, tagListOf, withTags } from './tags.ts';

export const CreateOpenIDConnectProvider = operation({
  input: z.strictObject({
    Url: z.string().min(1).max(255),
    ClientIDList: z.array(z.string().min(1).max(255)).max(100).default([]),
    ThumbprintList: z
      .array(z.string().regex(/^[0-9A-Fa-f]{40}$/))
      .max(5)
      .default([]),
    Tags: tagList.optional(),
  }),
  access: (world, { Url, Tags }) => {
    const resource = arnOfUrl(world, Url);
    const context = requestTagContext(Tags);
    const create: Access = { action: 'iam:CreateOpenIDConnectProvider', resource, context };
    return Tags?.length ? [create, { action: 'iam:TagOpenIDConnectProvider', resource, context }] : [create];
  },
  run: (world, { Url, ClientIDList, ThumbprintList, Tags }) => {
    if (!Url.startsWith('https://')) throw invalidInput('Invalid Open ID Connect Provider URL');
    const arn = arnOfUrl(world, Url);
    if (providers(world).has(arn)) throw entityAlreadyExists(`Provider with url ${Url} already exists.`);
    const most = quotaOf(world, 'L-858F3967');
    if (providers(world).size >= most) {
      throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${most}`);
    }
    providers(world).put(arn, {
      arn,
      url: withoutScheme(Url),
      clientIds: ClientIDList,
      thumbprints: ThumbprintList,
      createdAt: nowOf(world),
      tags: withTags({}, Tags ?? []),
    });
    return { OpenIDConnectProviderArn: arn, ...(Tags ? { Tags } : {}) };
  },
});

const byArn = z.strictObject({ OpenIDConnectProviderArn: entityArn });

export const GetOpenIDConnectProvider = operation({
  input: byArn,
  access: (_world, { OpenIDConnectProviderArn }) => [
    { action: 'iam:GetOpenIDConnectProvider', resource: OpenIDConnectProviderArn },
  ],
  run: (world, { OpenIDConnectProviderArn }) => {
    const provider = providers(world).get(OpenIDConnectProviderArn);
    if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${OpenIDConnectProviderArn}`);
    return {
      Url: provider.url,
      ClientIDList: [...provider.clientIds],
      ThumbprintList: [...provider.thumbprints],
      CreateDate: new Date(provider.createdAt),
      Tags: tagListOf(provider.tags),
    };
  },
});

/** Deleting one that is gone succeeds (source: IAM API reference). */
export const DeleteOpenIDConnectProvider = operation({
  input: byArn,
  access: (_world, { OpenIDConnectProviderArn }) => [
    { action: 'iam:DeleteOpenIDConnectProvider', resource: OpenIDConnectProviderArn },
  ],
  run: (world, { OpenIDConnectProviderArn }) => {
    providers(world).delete(OpenIDConnectProviderArn);
    return {};
  },
});

export const ListOpenIDConnectProviders = operation({
  input: z.strictObject({}),
  access: () => [{ action: 'iam:ListOpenIDConnectProviders', resource: '*' }],
  run: (world) => ({ OpenIDConnectProviderList: [...providers(world).rows()].map(({ arn }) => ({ Arn: arn })) }),
});

function arnOfUrl(world: World, url: string): string {
  return `arn:aws:iam::${world.account}:oidc-provider/${withoutScheme(url)}`;
}

function withoutScheme(url: string): string {
  return url.replace(/^https?:\/\//, '');
}
