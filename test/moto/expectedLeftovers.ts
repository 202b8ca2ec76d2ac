import { DescribeParametersCommand, SSMClient } from '@aws-sdk/client-ssm';
import { inventoryOf } from './inventory/inventory.ts';
import type { Account, Resource } from './inventory/resource.ts';

/** What a deletion leaves by design, or what moto leaves where AWS does not. */
const leftFor: readonly { readonly type: string; readonly id: RegExp; readonly because: string }[] = [
  { type: 'object', id: /\/assets\//, because: 'files of releases serve every cluster of the deployment' },
  { type: 'role', id: /\/AWSServiceRoleFor/, because: 'service-linked roles belong to the account' },
  {
    type: 'interface-of-a-service',
    id: /^eni-/,
    because: 'EC2 takes the interfaces of NAT gateways with them, moto leaves them',
  },
];

/** Everything that is there, as it can be compared with what was there before. */
export async function everythingIn(account: Account): Promise<Resource[]> {
  const { Parameters = [] } = await new SSMClient(account).send(new DescribeParametersCommand({}));
  return [
    ...(await inventoryOf(account)),
    ...Parameters.map(({ Name = '' }) => ({ type: 'parameter', id: Name, tags: {}, properties: {} })),
  ];
}

/** Divides what a deletion has left into what has a reason to stay and what has none. */
export function remainsOf(left: readonly Resource[]): { readonly kept: readonly string[]; readonly lost: Resource[] } {
  const reasonFor = ({ type, id }: Resource) => leftFor.find((kept) => kept.type === type && kept.id.test(id))?.because;
  const reasons = left.flatMap((resource) => reasonFor(resource) ?? []);
  return {
    kept: [...new Set(reasons)].map((reason) => `${reasons.filter((other) => other === reason).length} × ${reason}`),
    lost: left.filter((resource) => reasonFor(resource) === undefined),
  };
}
