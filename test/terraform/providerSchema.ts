import { readFileSync, writeFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Terraform } from './terraform.ts';

/** What a configuration may say of a resource: `required`, `settable`, or what is in a nested block. */
export interface BlockSchema {
  readonly [argument: string]: 'required' | 'settable' | BlockSchema;
}

/** The provider's schema of the types that exports use. */
export interface ProviderSchema {
  readonly resource: Readonly<Record<string, BlockSchema>>;
  readonly data: Readonly<Record<string, BlockSchema>>;
}

const file = 'test/terraform/providerSchema.json.gz';

/** The schema as the judge has seen it last. */
export const readProviderSchema = (): ProviderSchema =>
  JSON.parse(gunzipSync(readFileSync(file)).toString()) as ProviderSchema;

/** Source: Terraform, "terraform providers schema"; only what is read here. */
interface SchemaBlock {
  readonly attributes?: Readonly<Record<string, { readonly required?: boolean; readonly optional?: boolean }>>;
  readonly block_types?: Readonly<Record<string, { readonly block: SchemaBlock }>>;
}

interface ProvidersSchema {
  readonly provider_schemas: Readonly<
    Record<string, Readonly<Record<'resource_schemas' | 'data_source_schemas', Record<string, { block: SchemaBlock }>>>>
  >;
}

/** Compares the stored schema with the provider's own; with --write-schema it is stored again. */
export async function judgeSchema(
  terraform: Terraform,
  verdict: (what: string, found: readonly string[]) => void,
): Promise<void> {
  const { text } = await terraform.run(['providers', 'schema', '-json']);
  const [provider] = Object.values((JSON.parse(text) as ProvidersSchema).provider_schemas);
  if (!provider) throw new Error('terraform printed no schema of a provider');
  const seen: ProviderSchema = {
    resource: Object.fromEntries(
      types.resource.map((type) => [type, settable(provider.resource_schemas[type]?.block)]),
    ),
    data: Object.fromEntries(types.data.map((type) => [type, settable(provider.data_source_schemas[type]?.block)])),
  };
  if (process.argv.includes('--write-schema')) writeFileSync(file, gzipSync(JSON.stringify(seen), { level: 9 }));
  verdict(
    'the stored schema is the provider’s',
    isDeepStrictEqual(readProviderSchema(), seen) ? [] : ['it differs: npm run test:terraform -- --write-schema'],
  );
}

/** Every type that an export may hold. */
const types = {
  resource: [
    'aws_autoscaling_group',
    'aws_autoscaling_lifecycle_hook',
    'aws_ebs_volume',
    'aws_eip',
    'aws_iam_instance_profile',
    'aws_iam_role',
    'aws_iam_role_policies_exclusive',
    'aws_iam_role_policy',
    'aws_iam_role_policy_attachments_exclusive',
    'aws_internet_gateway',
    'aws_kms_alias',
    'aws_kms_key',
    'aws_launch_template',
    'aws_lb',
    'aws_lb_listener',
    'aws_lb_target_group',
    'aws_nat_gateway',
    'aws_network_interface',
    'aws_route',
    'aws_route_table',
    'aws_route_table_association',
    'aws_security_group',
    'aws_subnet',
    'aws_vpc',
    'aws_vpc_endpoint',
    'aws_vpc_security_group_egress_rule',
    'aws_vpc_security_group_ingress_rule',
  ],
  data: ['aws_subnet', 'aws_vpc'],
} as const;

const settable = ({ attributes = {}, block_types: blocks = {} }: SchemaBlock = {}): BlockSchema => {
  const open = Object.entries(attributes).filter(([, { required, optional }]) => required || optional);
  return Object.fromEntries([
    ...open.map(([name, { required }]): [string, BlockSchema[string]] => [name, required ? 'required' : 'settable']),
    ...Object.entries(blocks).map(([name, { block }]): [string, BlockSchema[string]] => [name, settable(block)]),
  ]);
};
