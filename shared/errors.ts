/**
 * The errors that steps end in. Each name is literal, because bundling renames classes, and each is matched by an
 * ErrorEquals of a state machine or ends the run at that state, to be fixed and resumed.
 */
abstract class StepError extends Error {
  abstract override readonly name: string;
}

/** The world is not there yet; the state's Retry decides how long to wait. */
export class NotReady extends StepError {
  override readonly name = 'NotReady';
}

/** A service of AWS or the connection to it has failed; the message says how. */
export class ServiceFailed extends StepError {
  override readonly name = 'ServiceFailed';
}

/** AWS refused, in no words of its own. */
export class AccessDenied extends StepError {
  override readonly name = 'AccessDenied';
}

/** This execution does not hold the cluster's lock (any more). Final: another run has taken over. */
export class LockLost extends StepError {
  override readonly name = 'LockLost';
}

/** AWS has no such capacity now; a later attempt may find some. */
export class InsufficientCapacity extends StepError {
  override readonly name = 'InsufficientCapacity';
}

/** What was asked for cannot be; nothing was touched. Every problem at once. */
export class InvalidRequest extends StepError {
  override readonly name = 'InvalidRequest';
}

/** Somebody else writes to this cluster; nothing was touched. */
export class LockHeld extends StepError {
  override readonly name = 'LockHeld';
  /** From when asking again may help, where that is known. */
  readonly retryAfterSeconds: number | undefined;

  constructor(message: string, retryAfterSeconds?: number) {
    super(message);
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** What was asked about does not exist in this deployment. */
export class NotFound extends StepError {
  override readonly name = 'NotFound';
}

/** Something blocks the step that a person must decide about, such as a resource with our name and not our shape. */
export class Conflict extends StepError {
  override readonly name = 'Conflict';
}

/** A stored snapshot is not what its machine has saved. */
export class SnapshotUnverified extends StepError {
  override readonly name = 'SnapshotUnverified';
}

/** A machine reported that a phase failed, with what it saw. */
export class MachineFailed extends StepError {
  override readonly name = 'MachineFailed';
}
