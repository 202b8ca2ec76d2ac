import * as z from 'zod';
import { operation } from '../operation.ts';
import { nowOf } from '../world.ts';

/** Source: Amazon ECR API reference, GetAuthorizationToken: "The authorization token is valid for 12 hours". */
const tokenSeconds = 12 * 3600;

/** How clients of a registry log in to it: with a password for the user AWS. */
export const GetAuthorizationToken = operation({
  input: z.strictObject({}),
  access: () => [{ action: 'ecr:GetAuthorizationToken', resource: '*' }],
  run: (world) => ({
    authorizationData: [
      {
        authorizationToken: Buffer.from(`AWS:${world.random.hex(64)}`).toString('base64'),
        // Seconds, as every time in this protocol.
        expiresAt: Math.floor(nowOf(world) / 1000) + tokenSeconds,
        proxyEndpoint: `https://${world.account}.dkr.ecr.${world.region}.amazonaws.com`,
      },
    ],
  }),
});
