import * as z from 'zod';
import type { CloudCall } from '../../cloud/cloud.ts';
import { AwsError } from '../../cloud/errors.ts';
import { explainDenial } from '../../cloud/iam/authorize.ts';
import type { World } from '../../cloud/world.ts';
import { validateDefinition } from '../../interpreter/definition/validate.ts';

const validation = z.strictObject({
  definition: z.string(),
  type: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
  severity: z.enum(['ERROR', 'WARNING']).default('ERROR'),
  maxResults: z.int().min(0).max(100).default(100),
});

/** ValidateStateMachineDefinition: what is wrong with a definition, without creating anything. */
export function validateStateMachineDefinition(world: World, { principal, input }: CloudCall) {
  const action = 'states:ValidateStateMachineDefinition';
  const denial = explainDenial(world, principal, { action, resource: '*' });
  if (denial !== undefined) throw new AwsError('AccessDeniedException', denial);
  const parsed = validation.safeParse(input);
  if (!parsed.success) throw new AwsError('ValidationException', parsed.error.message);

  const { definition, type, severity, maxResults } = parsed.data;
  const found = validateDefinition(definition, { type });
  const asked = found.filter((diagnostic) => severity === 'WARNING' || diagnostic.severity === 'ERROR');
  const most = maxResults === 0 ? 100 : maxResults;
  return {
    result: found.some((diagnostic) => diagnostic.severity === 'ERROR') ? 'FAIL' : 'OK',
    diagnostics: asked.slice(0, most),
    truncated: asked.length > most,
  };
}

/** A machine is created and changed only with a definition that may be run. */
export function refuseInvalidDefinition({ input }: Pick<CloudCall, 'input'>): void {
  if (typeof input.definition !== 'string') return;
  const errors = validateDefinition(input.definition).filter(({ severity }) => severity === 'ERROR');
  if (errors.length === 0) return;
  const reasons = errors.map(({ code, message, location }) => `${code}: ${message} at ${location ?? '/'}`);
  throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${reasons.join(', ')}'`);
}
