import { CommandFailure, type ExitCode, exitCodes } from './exitCodes.ts';

/** One request to a deployment's HTTP API. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/clusters/demo/runs` */
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Whether a request that may have arrived can be sent once more: it changes nothing, or its id finds what it has started. */
export const mayBeRepeated = ({ method, path, query }: ApiRequest): boolean =>
  method === 'GET' || path.endsWith('/plan') || query?.requestId !== undefined;

export interface ApiAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Names one run. */
export interface RunName {
  readonly cluster: string;
  readonly runId: string;
}

/** Where the command works: a deployment in AWS, or the embedded model. The same API answers in both. */
export interface Target {
  readonly kind: 'aws' | 'local';
  /** Of the HTTP API, where it is reached by one. */
  readonly endpoint?: string | undefined;
  request(request: ApiRequest): Promise<ApiAnswer>;
  /** Milliseconds since the epoch, in the target's own time. */
  now(): number;
  /** Resolves after so long in our own time. */
  pause(milliseconds: number): Promise<void>;
  /** Runs in progress at this moment, where the target knows without being asked about a cluster. */
  runsAtWork?(): Promise<readonly RunName[]>;
  /** Whether there is no cluster and no run in progress, where this process knows. */
  isIdle?(): Promise<boolean>;
  /** The process that has the local world open, where that is not this one. */
  readonly ownedBy?: number | undefined;
  /** Whether clusters of this target are only played: nothing answers at their endpoints. */
  readonly isSimulated?: boolean | undefined;
  /** Between two looks at a run. */
  readonly pollMilliseconds: number;
  close(): Promise<void>;
}

/** Nothing answered a request. */
export class Unreachable extends CommandFailure {
  /** Whether the request may have arrived all the same. */
  readonly mayHaveArrived: boolean;

  constructor(origin: string, error: Error) {
    const cause = error.cause as NodeJS.ErrnoException | undefined;
    super(
      exitCodes.unreachable,
      `${origin} cannot be reached (${cause?.message ?? error.message}). ` +
        'Check --endpoint or KUBESTEP_ENDPOINT: sls info shows the endpoint of the deployment.',
      { cause: error },
    );
    this.mayHaveArrived = !['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(cause?.code ?? '');
  }
}

/** The answer's body, or a failure that says what the API said. */
export async function ask<Body>(target: Target, request: ApiRequest): Promise<Body> {
  return accepted<Body>(target, request, await target.request(request));
}

/** The body of an answer that has come, or a failure as `ask` words it. */
export function accepted<Body>(target: Target, request: ApiRequest, { status, body }: ApiAnswer): Body {
  if (status >= 200 && status < 300) return body as Body;
  const { error, message } = (body ?? {}) as { error?: string; message?: string };
  const remedy = status >= 500 ? whereToLook[target.kind] : status === 403 ? notAllowed(request) : '';
  const text = `${message ?? error ?? `the API answered ${status}`}${remedy}`;
  throw new CommandFailure(exitCodeOf(status), status < 500 ? text : `${request.method} ${request.path}: ${text}`);
}

function exitCodeOf(status: number): ExitCode {
  if (status === 404) return exitCodes.notFound;
  if (status === 409) return exitCodes.locked;
  if (status === 403) return exitCodes.unreachable;
  return status < 500 ? exitCodes.invalid : exitCodes.defect;
}

const whereToLook = {
  aws: '. The log groups /aws/lambda/kubestep-… show what happened.',
  local: '. Please report it with the command and --debug.',
} as const;

const notAllowed = ({ method, path }: ApiRequest): string =>
  `. These credentials may not ${method} ${path}: allow execute-api:Invoke on it, or use others (AWS_PROFILE).`;
