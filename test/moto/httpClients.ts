import { currentCaller } from '../../local/cloud/sdk.ts';
import { clients, connectClients } from '../../local/deployment/clients.ts';
import { corrected } from './corrections.ts';
import { whyNotMoto } from './unansweredByMoto.ts';

/** One call that a function of the stack made. */
export interface AnsweredCall {
  readonly service: string;
  readonly operation: string;
  readonly isWrite: boolean;
  /** The function that made it; undefined for what deploys the stack. */
  readonly by: string | undefined;
  readonly isMotos: boolean;
}

/** Answers a call in moto's place. */
export type Answer = (input: Readonly<Record<string, unknown>>) => Promise<object>;

export interface HttpOptions {
  /** Called for each call when its answer is there and not yet delivered. */
  readonly answered: (call: AnsweredCall) => void;
  /** By `service:Operation`: what moto lacks and is answered neither by it nor by our own model. */
  readonly standIns: Readonly<Record<string, Answer>>;
}

const services: Readonly<Record<string, string>> = {
  autoScaling: 'autoscaling',
  dynamodb: 'dynamodb',
  ec2: 'ec2',
  elasticLoadBalancing: 'elasticloadbalancing',
  iam: 'iam',
  kms: 'kms',
  lambda: 'lambda',
  s3: 's3',
  scheduler: 'scheduler',
  serviceQuotas: 'servicequotas',
  ssm: 'ssm',
  stepFunctions: 'states',
  sts: 'sts',
};

/** As much of a client's middleware as is needed; the union of all clients is too much for the compiler. */
interface MiddlewareStack {
  add(middleware: unknown, options: object): void;
  remove(name: string): boolean;
}

type Next = (args: { input: object }) => Promise<{ readonly output: object }>;

const reads =
  /^(Describe|Get|List|Head|Query|Scan|BatchGet|TransactGet|Search|Decrypt|Sign|Verify|GenerateDataKey|Simulate)/;

/** Lets the product's clients speak HTTP with AWS_ENDPOINT_URL, while the world's clock stands still for each request. */
export function connectOverHttp({ answered, standIns }: HttpOptions): void {
  connectClients();
  for (const [name, client] of Object.entries<{ readonly middlewareStack: MiddlewareStack }>(clients)) {
    // A service's second client is named after its first: ec2Once.
    const service = services[name.replace(/Once$/, '')];
    if (service === undefined) throw new Error(`Nobody says which service ${name} is for`);
    const stack: MiddlewareStack = client.middlewareStack;
    stack.remove('embeddedModelOfAws');
    const middleware = (next: Next, context: { commandName?: string }) => async (args: { input: object }) => {
      const operation = (context.commandName ?? '').replace(/Command$/, '');
      const isMotos = whyNotMoto(service, operation) === undefined;
      const standIn = standIns[`${service}:${operation}`];
      const call = { service, operation, isWrite: !reads.test(operation), by: callingFunction(), isMotos };
      if (!isMotos && standIn === undefined) {
        const output = await askOurModel(service, operation, args.input);
        answered(call);
        return asOutput(output);
      }
      const release = currentCaller().cloud.world.clock.hold();
      try {
        if (standIn !== undefined) return asOutput(await standIn({ ...args.input }));
        const answer = await next(args);
        return { ...answer, output: corrected(service, operation, answer.output) };
      } finally {
        answered(call);
        release();
      }
    };
    stack.add(middleware, { step: 'initialize', priority: 'high', name: 'heldClock' });
  }
}

const asOutput = (output: object) => ({ output: { ...output, $metadata: {} }, response: {} });

function callingFunction(): string | undefined {
  const { principal } = currentCaller();
  return principal.kind === 'role' ? principal.sessionName : undefined;
}

async function askOurModel(service: string, operation: string, input: object): Promise<object> {
  const { cloud, principal } = currentCaller();
  return (await cloud.call({ principal, service, operation, input: { ...input } })) as object;
}
