import { InvokeCommand } from '@aws-sdk/client-lambda';
import { buildBlueprint } from '../blueprint/buildBlueprint.ts';
import type { Plan } from '../blueprint/plan.ts';
import { lambda } from '../clients/lambda.ts';
import { InvalidRequest } from '../errors.ts';
import type { Facts } from '../facts/facts.ts';
import { parseSpec } from '../spec/parseSpec.ts';
import { describeProblems, type SpecProblem } from '../spec/problems.ts';
import type { ClusterSpec } from '../spec/schema.ts';
import type { DeploymentNames } from '../step/deployment.ts';
import { problemsOfDocument, validateSpec } from '../validation/validateSpec.ts';

/** Turns a spec into a plan: everything that will be made, with what the account offers looked up once. Nothing is touched. */
export async function planCluster(spec: ClusterSpec, clusterId: string, deployment: DeploymentNames): Promise<Plan> {
  const facts = await resolveFacts(spec, clusterId, deployment);
  const problems = validateSpec(spec, facts);
  if (problems.length > 0) throw specRefused(problems);

  return { spec, generation: 1, facts, blueprint: buildBlueprint(spec, facts) };
}

/** The spec that a document holds; refused with everything that is wrong with its shape. */
export function parsedSpec(document: string | object): ClusterSpec {
  const parsed = parseSpec(document);
  if ('problems' in parsed) throw specRefused(problemsOfDocument(parsed));
  return parsed.spec;
}

/** What to look up is another function's business: its clients would not fit beside the ones needed here. */
export async function resolveFacts(spec: ClusterSpec, clusterId: string, deployment: DeploymentNames): Promise<Facts> {
  const { FunctionError, Payload } = await lambda.send(
    new InvokeCommand({
      FunctionName: `${deployment.prefix}-resolveFacts`,
      Payload: Buffer.from(JSON.stringify({ spec, clusterId })),
    }),
  );
  const answer: unknown = JSON.parse(Buffer.from(Payload ?? []).toString() || 'null');
  if (!FunctionError) return answer as Facts;
  const { errorType, errorMessage } = answer as { errorType?: string; errorMessage?: string };
  if (errorType === 'InvalidRequest')
    throw new InvalidRequest(errorMessage ?? 'The spec asks for something that the account does not offer');
  throw new Error(`resolveFacts failed: ${errorType ?? FunctionError}: ${errorMessage ?? 'no message'}`);
}

export function specRefused(problems: readonly SpecProblem[], further: readonly string[] = []): InvalidRequest {
  return new InvalidRequest([describeProblems(problems), ...further].join('\n\n'));
}
