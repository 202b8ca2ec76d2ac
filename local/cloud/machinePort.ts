/**
 * The port between the model of AWS and the machines that stand for EC2 instances: simulated ones, or real ones.
 * The model calls it; a machine reaches back through `cloud.call` with its own role, as an instance does.
 */
export interface Machines {
  /** The instance is running: its firmware starts, user data runs after the image's usual time. Called again after stop and start. */
  start(instance: MachineInstance): void;
  stop(instanceId: string): void;
  reboot(instanceId: string): void;
  /**
   * Whether a machine that was asked to stop has done so: until then its instance is `stopping` or `shutting-down`, and
   * holds its interfaces and volumes.
   */
  hasEnded(instanceId: string): boolean;
  /** Gone for good. Volumes and interfaces that outlive it were detached before. */
  terminate(instanceId: string): void;
  attachVolume(instanceId: string, volumeId: string, device: string): void;
  detachVolume(instanceId: string, volumeId: string): void;
  attachNetworkInterface(instanceId: string, networkInterfaceId: string, deviceIndex: number): void;
  detachNetworkInterface(instanceId: string, networkInterfaceId: string): void;
  /**
   * Since when (milliseconds since the epoch) the machine at this address has answered such a health check without
   * a gap; undefined while it does not. Routes and security groups are the model's business, not the machine's.
   */
  servingSince(check: HealthCheck): number | undefined;
  /** Whether the Systems Manager agent is connected. */
  agentOnline(instanceId: string): boolean;
  /** Runs an SSM document's command; resolves when it ended. */
  runCommand(command: MachineCommand): Promise<CommandResult>;
}

/** What EC2 gives a machine at its start. */
export interface MachineInstance {
  readonly instanceId: string;
  readonly instanceType: string;
  readonly architecture: 'arm64' | 'x86_64';
  readonly imageId: string;
  readonly zone: string;
  readonly privateIpAddress: string;
  /** Base64, as given at launch. */
  readonly userData: string;
  readonly instanceProfileArn: string | undefined;
}

export interface HealthCheck {
  /** Addresses count within their VPC: another one may use the same. */
  readonly vpcId: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 'TCP' | 'HTTP' | 'HTTPS';
  readonly path?: string;
}

export interface MachineCommand {
  readonly commandId: string;
  readonly instanceId: string;
  readonly documentName: string;
  readonly parameters: Readonly<Record<string, readonly string[]>>;
  readonly timeoutSeconds: number;
}

export interface CommandResult {
  readonly status: 'Success' | 'Failed' | 'TimedOut' | 'Cancelled';
  readonly exitCode: number;
  readonly standardOutput: string;
  readonly standardError: string;
}
