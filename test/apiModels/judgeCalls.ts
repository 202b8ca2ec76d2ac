import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { CallObserver } from '../../local/cloud/cloud.ts';
import { pythonTools } from '../moto/pythonTools.ts';
import { anAccount } from '../support/embeddedWorld.ts';
import { demoSpec, finish, startCreate, startDelete } from '../support/runs.ts';
import { type ApiModel, apiModelsOf, botocorePackage } from './models.ts';
import { namedDifferences } from './namedDifferences.ts';
import { shapeProblems } from './shapeProblems.ts';

/** Each problem by what was sent or answered, with how often it was seen: `request ec2:CreateVpc CidrBlock: is missing`. */
type Problems = Map<string, number>;

/** Holds every request and every answer of a calm life against AWS's own API models. */
function judging(modelOf: (service: string) => ApiModel | undefined, problems: Problems): CallObserver {
  const note = (what: string, found: readonly string[]) => {
    for (const each of found) {
      // One problem for all entries of a list.
      const key = `${what} ${each.replaceAll(/\[\d+\]/g, '[]')}`;
      problems.set(key, (problems.get(key) ?? 0) + 1);
    }
  };
  return {
    after({ service, operation, input }, output) {
      const model = modelOf(service);
      const api = model?.operations[operation];
      if (model === undefined || api === undefined)
        return note(`${service}:${operation}`, ['AWS has no such operation']);
      const name = `${service}:${operation}`;
      if (api.input) note(`request ${name}`, shapeProblems(model, api.input.shape, input));
      if (api.output) note(`answer ${name}`, shapeProblems(model, api.output.shape, answerOf(output)));
    },
  };
}

/** What the SDK adds to answers is none of the service's. */
function answerOf(output: unknown): unknown {
  if (typeof output !== 'object' || output === null) return output;
  const { $metadata: _, ...answer } = output as Record<string, unknown>;
  return answer;
}

const specs: readonly {
  readonly name: string;
  readonly spec: Record<string, unknown>;
  readonly protectedUntil?: true;
}[] = [
  { name: 'demo', spec: demoSpec },
  { name: 'shop', spec: parse(readFileSync('events/secondCluster.yaml', 'utf8')), protectedUntil: true },
];

async function judgeCalls(): Promise<boolean> {
  const tools = await pythonTools('botocore', [botocorePackage]);
  if ('unavailable' in tools) {
    console.log(`skipped: ${tools.unavailable}`);
    return true;
  }
  const problems: Problems = new Map();
  const account = await anAccount({ observers: [judging(apiModelsOf(tools.programs), problems)] });
  for (const { name, spec, protectedUntil } of specs) {
    const created = await finish(account, await startCreate(account, spec, `create-${name}`), 0);
    if (created.execution.status !== 'SUCCEEDED') throw new Error(`${name}: ${created.failures.join('\n')}`);
    if (protectedUntil) await account.ask('POST', `/clusters/${name}/protection`, undefined, { protected: 'false' });
    const deleted = await finish(account, await startDelete(account, name, `delete-${name}`), 0);
    if (deleted.execution.status !== 'SUCCEEDED') throw new Error(`${name}: ${deleted.failures.join('\n')}`);
  }
  return report(problems);
}

function report(problems: Problems): boolean {
  const isNamed = (problem: string) => namedDifferences.some(({ pattern }) => pattern.test(problem));
  const unnamed = [...problems].filter(([problem]) => !isNamed(problem)).sort();
  const idle = namedDifferences.filter(({ pattern }) => ![...problems.keys()].some((problem) => pattern.test(problem)));
  for (const [problem, times] of unnamed) console.log(`✗ ${problem} (${times} times)`);
  for (const { pattern } of idle) console.log(`✗ no call differs by ${pattern} any more: remove it`);
  console.log(`${problems.size - unnamed.length} differences have a name, ${unnamed.length} have none`);
  return unnamed.length + idle.length === 0;
}

process.exitCode = (await judgeCalls()) ? 0 : 1;
