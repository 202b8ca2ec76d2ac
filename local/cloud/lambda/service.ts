import * as z from 'zod';
import { operation, type Service } from '../operation.ts';
import { type FunctionRuntime, requireFunction } from './functions.ts';
import * as listFunctions from './listFunctions.ts';

/** Lambda, as far as one function calls another: synchronous and asynchronous Invoke. Clients list what is deployed. */
export function createLambdaService(runtime: FunctionRuntime): Service {
  const Invoke = operation({
    input: z.strictObject({
      FunctionName: z.string(),
      // Versions and aliases are not modelled.
      Qualifier: z.literal('$LATEST').optional(),
      Payload: z.instanceof(Uint8Array).optional(),
      InvocationType: z.enum(['RequestResponse', 'Event']).default('RequestResponse'),
    }),
    access: (world, { FunctionName }) => [
      { action: 'lambda:InvokeFunction', resource: requireFunction(world, FunctionName).arn },
    ],
    run: async (world, { FunctionName, Payload, InvocationType }) => {
      const text = Buffer.from(Payload ?? []).toString();
      const invocation = runtime.invoke(requireFunction(world, FunctionName), text === '' ? {} : JSON.parse(text));
      if (InvocationType === 'Event') {
        void invocation;
        return { StatusCode: 202 };
      }
      const { payload, functionError } = await invocation;
      return {
        StatusCode: 200,
        Payload: Buffer.from(JSON.stringify(payload ?? null)),
        ...(functionError && { FunctionError: functionError }),
      };
    },
  });
  return {
    name: 'lambda',
    operations: { Invoke, ...listFunctions },
    errors: {
      missingParameter: 'ValidationException',
      invalidParameter: 'InvalidParameterValueException',
      accessDenied: 'AccessDeniedException',
      throttled: 'TooManyRequestsException',
    },
    latencyOf: () => 0,
  };
}
