/** An error of the Step Functions API, under AWS's name. */
export class StepFunctionsError extends Error {
  override readonly name: string;

  constructor(name: string, message: string) {
    super(message);
    this.name = name;
  }
}

/** What a task handler may throw to fail its task under a literal error name; any other error fails it under its class's name. */
export class TaskFailure extends Error {
  override readonly name = 'TaskFailure';
  readonly error: string | undefined;
  override readonly cause: string | undefined;

  constructor(error?: string, cause?: string) {
    super(cause ?? error ?? 'the task failed');
    this.error = error;
    this.cause = cause;
  }
}

/** How a state failed, as Retry and Catch see it. */
export interface Failure {
  readonly error?: string;
  readonly cause?: string;
  /** A further name that ErrorEquals may give it: a missed heartbeat is reported as States.Timeout. */
  readonly alias?: string;
  /** Nothing but an ErrorEquals with this very name matches it. */
  readonly literalOnly?: boolean;
  /** Present where a JSONata expression is to blame: the event EvaluationFailed comes first. */
  readonly evaluation?: { readonly location?: string };
}

/** Carries a failure up to where Retry and Catch decide. */
export class StateFailed extends Error {
  override readonly name = 'StateFailed';
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.cause ?? failure.error ?? 'the state failed');
    this.failure = failure;
  }
}

/** The failure that a rejected task handler means. */
export function failureOf(thrown: unknown): Failure {
  if (thrown instanceof StateFailed) return thrown.failure;
  const { error, name, message, cause } = (thrown ?? {}) as Record<string, unknown>;
  if (thrown instanceof TaskFailure || typeof error === 'string') {
    return { ...(typeof error === 'string' && { error }), ...(typeof cause === 'string' && { cause }) };
  }
  return {
    error: typeof name === 'string' ? name : 'Error',
    cause: typeof message === 'string' ? message : String(thrown),
  };
}
