import * as z from 'zod';
import { operation } from '../operation.ts';
import { accessToAll } from './access.ts';
import { loadBalancerNotFound, loadBalancers, shownLoadBalancer } from './loadBalancers.ts';
import { pageOf, pagingInput } from './paging.ts';

export const DescribeLoadBalancers = operation({
  input: z.strictObject({
    LoadBalancerArns: z.array(z.string()).optional(),
    Names: z.array(z.string()).optional(),
    ...pagingInput,
  }),
  access: () => accessToAll('DescribeLoadBalancers'),
  run: (world, { LoadBalancerArns, Names, ...paging }) => {
    const everyOne = [...loadBalancers(world).rows()];
    for (const arn of LoadBalancerArns ?? []) if (!loadBalancers(world).has(arn)) throw loadBalancerNotFound(arn);
    for (const name of Names ?? []) if (!everyOne.some((row) => row.name === name)) throw loadBalancerNotFound(name);
    const wanted = everyOne.filter(
      (row) => (LoadBalancerArns?.includes(row.arn) ?? true) && (Names?.includes(row.name) ?? true),
    );
    const { rows, nextMarker } = pageOf(wanted, paging, (row) => row.arn);
    return { LoadBalancers: rows.map((row) => shownLoadBalancer(world, row)), NextMarker: nextMarker };
  },
});
