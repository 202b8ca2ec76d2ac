/** What a Task's Resource names, and how the task is awaited. */
export interface Resource {
  readonly arn: string;
  readonly kind: 'lambdaFunction' | 'service';
  /** In the words of history events: lambda, states, aws-sdk:ec2 … */
  readonly resourceType: string;
  /** In the words of history events: invoke, startExecution.sync:2 … */
  readonly resource: string;
  /** The bare action: invoke, startExecution … */
  readonly action: string;
  readonly pattern: 'requestResponse' | 'sync' | 'sync:2' | 'waitForTaskToken';
}

const lambdaFunction = /^arn:[\w-]+:lambda:[\w-]*:\d*:function:[\w$:-]+$/;
const integration =
  /^arn:[\w-]+:states:[\w-]*:\d*:(?<service>(?:aws-sdk:)?[\w-]+):(?<action>\w+)(?:\.(?<pattern>sync|sync:2|waitForTaskToken))?$/;

const cache = new Map<string, Resource | undefined>();

/** Reads a Resource; undefined where it is none that the engine knows. */
export function parseResource(arn: string): Resource | undefined {
  if (!cache.has(arn)) cache.set(arn, read(arn));
  return cache.get(arn);
}

function read(arn: string): Resource | undefined {
  if (lambdaFunction.test(arn)) {
    return {
      arn,
      kind: 'lambdaFunction',
      resourceType: 'lambda',
      resource: arn,
      action: 'invoke',
      pattern: 'requestResponse',
    };
  }
  const { service, action, pattern } = integration.exec(arn)?.groups ?? {};
  if (service === undefined || action === undefined || service === 'activity') return undefined;
  return {
    arn,
    kind: 'service',
    resourceType: service,
    resource: pattern === undefined ? action : `${action}.${pattern}`,
    action,
    pattern: (pattern as Resource['pattern'] | undefined) ?? 'requestResponse',
  };
}

/** Whether the engine itself carries the task out: starting another state machine. */
export function startsExecution({ resourceType, action }: Resource): boolean {
  return resourceType === 'states' && action === 'startExecution';
}
