import { validateSpec } from '../../../shared/validation/validateSpec.ts';
import { aSpec, someFacts } from './aSpec.ts';

test('an interface endpoint that clients in the VPC cannot find by the service’s name is refused', () => {
  const spec = aSpec({ 'spec.network.endpoints.interface': ['ssm', 'example'] });
  const zones = [...spec.spec.zones];
  const endpointServices = { ssm: { zones, hasPrivateName: true }, example: { zones, hasPrivateName: false } };
  const problems = validateSpec(spec, { ...someFacts(), endpointServices }).filter(({ path }) =>
    path.includes('endpoints'),
  );
  expect(problems).toMatchObject([{ path: 'spec.network.endpoints.interface[1]' }]);
});
