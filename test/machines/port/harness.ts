import type { CommandResult, HealthCheck, MachineInstance, Machines } from '../../../local/cloud/machinePort.ts';

/** A machine of the harness as EC2 describes it, and what can be asked of it. */
export interface TestMachine {
  readonly instance: MachineInstance;
  /** Answered by a program that the machine starts at each boot, once it has its volume. */
  readonly overHttp: HealthCheck;
  readonly overTcp: HealthCheck;
  /** Where nothing listens. */
  readonly silent: HealthCheck;
  /** The data volume, which it does not have to begin with. */
  readonly volumeId: string;
  /** Of its zone, for another interface. */
  readonly secondSubnetId: string;
}

/** Commands that every kind of machine can be sent. */
export interface TestCommands {
  /** Prints what it printed the first time under this name, as long as the machine keeps its disk. */
  once(instanceId: string, name: string): Promise<CommandResult>;
  /** Ends with this exit code. */
  failing(instanceId: string): Promise<CommandResult>;
  readonly failingExitCode: number;
  /** Does not end by itself. */
  endless(instanceId: string, timeoutSeconds: number): Promise<CommandResult>;
  /** Prints what was written to the data volume first, whichever machine did it. */
  onceOnVolume(instanceId: string): Promise<CommandResult>;
}

/** What not every kind of machine can show. */
export type Capability = 'the content of volumes';
/** What a kind of machine cannot show by its nature, and why. */
export type Lacking = Readonly<Partial<Record<Capability, string>>>;

/** Machines under test, in a world whose rows stand for them. Time passes only while one of its functions waits. */
export interface MachinesHarness {
  /** The port under test. */
  readonly machines: Machines;
  readonly commands: TestCommands;
  /** A text that is another one after each boot. */
  bootOf(machine: TestMachine): Promise<string>;
  /** An instance that the model shows as running, whose machine was never started. */
  launch(): Promise<TestMachine>;
  /** Another instance in the place of one whose machine is gone: never started, and whose volume is the former's. */
  replace(former: TestMachine): Promise<TestMachine>;
  /** Asks EC2, which says when the machine is done; resolves then. */
  attachVolume(machine: TestMachine): Promise<void>;
  detachVolume(machine: TestMachine): Promise<void>;
  /** A second interface; answers the check of `overHttp` at its address. */
  attachInterface(machine: TestMachine): Promise<HealthCheck>;
  detachInterface(machine: TestMachine): Promise<void>;
  /** Longer than a health check takes to change its mind, and than a machine waits before it tries again. */
  readonly aWhileSeconds: number;
  now(): number;
  /** Waits for what is under way. */
  until<Answer>(answer: Promise<Answer>): Promise<Answer>;
  /** Lets time pass until the question is answered with yes; throws when this many seconds are over. */
  becomes(what: string, isTrue: () => boolean, seconds?: number): Promise<void>;
  passes(seconds: number): Promise<void>;
  /** What the machines complained of, and could not do. */
  complaints(): readonly string[];
  close(): Promise<void>;
}
