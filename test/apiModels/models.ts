import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A type of AWS's API model, as far as values are checked by it (botocore's service-2.json). */
export interface Shape {
  readonly type: string;
  readonly required?: readonly string[];
  readonly members?: Readonly<Record<string, { readonly shape: string }>>;
  readonly member?: { readonly shape: string };
  readonly key?: { readonly shape: string };
  readonly value?: { readonly shape: string };
  readonly enum?: readonly string[];
  readonly min?: number;
  readonly max?: number;
  readonly pattern?: string;
  readonly union?: boolean;
}

/** One service's API: its operations and the types that they take and answer. */
export interface ApiModel {
  readonly operations: Readonly<
    Record<string, { readonly input?: { readonly shape: string }; readonly output?: { readonly shape: string } }>
  >;
  readonly shapes: Readonly<Record<string, Shape>>;
}

/** botocore's folder of a service where it is not called like the service's IAM actions. */
const folders: Readonly<Record<string, string>> = {
  elasticloadbalancing: 'elbv2',
  servicequotas: 'service-quotas',
  states: 'stepfunctions',
};

/** The package whose data is asked. */
export const botocorePackage = 'botocore==1.43.11';

/** Reads the newest API model of each service from the botocore that these Python programs belong to. */
export function apiModelsOf(programs: string): (service: string) => ApiModel | undefined {
  const data = execFileSync(join(programs, 'python'), [
    '-c',
    'import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), "data"))',
  ])
    .toString()
    .trim();
  const known = new Map<string, ApiModel>();
  return (service) => {
    const model = known.get(service) ?? readModel(join(data, folders[service] ?? service));
    known.set(service, model);
    return model;
  };
}

function readModel(folder: string): ApiModel {
  const newest = readdirSync(folder).sort().at(-1) ?? '';
  return JSON.parse(gunzipSync(readFileSync(join(folder, newest, 'service-2.json.gz'))).toString()) as ApiModel;
}
