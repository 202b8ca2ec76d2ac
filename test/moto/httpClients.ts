import { currentCaller } from '../../local/cloud/sdk.ts';
import { clients, connectClients } from '../../local/deployment/clients.ts';

/** One call that went to moto over HTTP. */
export interface HttpCall {
  readonly service: string;
  readonly operation: string;
  readonly isWrite: boolean;
}

/** Answers a call in moto's place. */
export type Answer = (input: Readonly<Record<string, unknown>>) => Promise<object>;

export interface HttpOptions {
  /** Told of each call when its answer is there and nobody has heard it yet. */
  readonly answered: (call: HttpCall) => void;
  /** By `service:Operation`: what moto lacks and a stand-in answers. */
  readonly standIns: Readonly<Record<string, Answer>>;
}

/** What moto lacks; our own model answers exactly these. */
export const answeredByOurModel: Readonly<Record<string, string>> = {
  'servicequotas:GetServiceQuota': 'moto knows the quotas of VPC only',
  'servicequotas:GetAWSDefaultServiceQuota': 'moto knows the quotas of VPC only',
  'ssm:GetParameters': 'moto lacks the image of the kernel that is named, and refuses to store parameters of AWS',
};

/** Services of the deployment rather than of a cluster: the machines, functions and schedules run in our interpreter. */
const ourServices = ['lambda', 'scheduler', 'stepFunctions'];

const servicesByClient: Readonly<Record<string, string>> = {
  autoScaling: 'autoscaling',
  dynamodb: 'dynamodb',
  ec2: 'ec2',
  elasticLoadBalancing: 'elasticloadbalancing',
  iam: 'iam',
  kms: 'kms',
  s3: 's3',
  serviceQuotas: 'servicequotas',
  ssm: 'ssm',
};

/** As much of a client's middleware as is needed; the union of all clients is too much for the compiler. */
interface MiddlewareStack {
  add(middleware: unknown, options: object): void;
  remove(name: string): boolean;
}

const reads =
  /^(Describe|Get|List|Head|Query|Scan|BatchGet|TransactGet|Search|Decrypt|Sign|Verify|GenerateDataKey|Simulate)/;

/** Lets the product's clients speak HTTP with AWS_ENDPOINT_URL, while the world's clock stands still for each request. */
export function connectOverHttp({ answered, standIns }: HttpOptions): void {
  connectClients();
  for (const [name, client] of Object.entries<{ readonly middlewareStack: MiddlewareStack }>(clients)) {
    if (ourServices.includes(name)) continue;
    // A service's second client is named after its first: ec2Once.
    const service = servicesByClient[name.replace(/Once$/, '')];
    if (service === undefined) throw new Error(`Nobody says whether moto has ${name}`);
    const stack: MiddlewareStack = client.middlewareStack;
    stack.remove('embeddedModelOfAws');
    const middleware =
      (next: (args: { input: object }) => Promise<unknown>, context: { commandName?: string }) =>
      async (args: { input: object }) => {
        const operation = (context.commandName ?? '').replace(/Command$/, '');
        const name = `${service}:${operation}`;
        if (answeredByOurModel[name] !== undefined) return asOutput(await askOurModel(service, operation, args.input));
        const release = currentCaller().cloud.world.clock.hold();
        try {
          const standIn = standIns[name];
          return standIn === undefined ? await next(args) : asOutput(await standIn({ ...args.input }));
        } finally {
          answered({ service, operation, isWrite: !reads.test(operation) });
          release();
        }
      };
    stack.add(middleware, { step: 'initialize', priority: 'high', name: 'heldClock' });
  }
}

const asOutput = (output: object) => ({ output: { ...output, $metadata: {} }, response: {} });

async function askOurModel(service: string, operation: string, input: object): Promise<object> {
  const { cloud, principal } = currentCaller();
  return (await cloud.call({ principal, service, operation, input: { ...input } })) as object;
}
