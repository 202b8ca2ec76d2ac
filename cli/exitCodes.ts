/** How the command ends, for scripts. */
export const exitCodes = {
  /** It did what was asked. */
  done: 0,
  /** The run failed, or was stopped; it can be resumed. */
  runFailed: 1,
  /** The spec differs from the cluster that exists (as diff(1) and kubectl diff end). */
  differs: 1,
  /** The command, the spec or the request is wrong; nothing was touched. */
  invalid: 2,
  /** Another run holds the cluster's lock, or another process works in the local world. */
  locked: 3,
  /** There is no such cluster or run. */
  notFound: 4,
  /** The API cannot be reached, or refuses the caller. */
  unreachable: 5,
  /** The cluster that was described is not ready, or a check of doctor failed. */
  notReady: 6,
  /** A defect of kubestep or of its deployment. */
  defect: 70,
  /** The time given to watch a run is over; the run continues (as timeout(1) of GNU coreutils ends). */
  timedOut: 124,
  /** Interrupted from the keyboard; a run in AWS continues (128 + SIGINT). */
  interrupted: 130,
} as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/** Something that a person can fix, with how the command ends for it. Its text is all that is shown. */
export class CommandFailure extends Error {
  readonly exitCode: ExitCode;

  constructor(exitCode: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/** The command line itself is wrong. */
export const usageError = (message: string): CommandFailure => new CommandFailure(exitCodes.invalid, message);
