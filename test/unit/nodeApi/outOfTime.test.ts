import { setTimeout } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { nodeRoute } from '../../../shared/nodeApi/nodeRoute.ts';
import { answered } from '../../../shared/operations/answer.ts';

/** A request of an instance; people's functions do not look at it before their work. */
const request = {
  routeKey: 'GET /node/bundle',
  requestContext: {
    authorizer: {
      iam: {
        accountId: '123456789012',
        userArn: 'arn:aws:sts::123456789012:assumed-role/demo-worker/i-0123456789abcdef0',
        callerId: 'AROAEXAMPLEEXAMPLE:i-0123456789abcdef0',
      },
    },
  },
};

const forEver = () => new Promise<never>(() => {});

test.each([
  ['people ask', answered(forEver)],
  ['machines ask', nodeRoute(z.unknown(), forEver)],
])(
  'what %s and runs out of time is ended by Lambda: it never answers while its work continues beside the next request',
  async (_, endless) => {
    const context = { getRemainingTimeInMillis: () => 30 } as Context;
    const outcome = endless(request, context).catch((error: Error) => error.name);
    expect(await Promise.race([outcome, setTimeout(100, 'still at work')])).toBe('still at work');
  },
);
