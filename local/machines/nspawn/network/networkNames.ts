/** The namespace that plays the router of a VPC. */
export const routerNamespace = (worldId: string, vpcId: string): string => `${prefixOf(worldId)}${vpcId}`;

/** The namespace of the machine that stands for an instance. */
export const machineNamespace = (worldId: string, instanceId: string): string => `${prefixOf(worldId)}${instanceId}`;

/** What the names of all namespaces of a world begin with. */
export const prefixOf = (worldId: string): string => `kubestep-${worldId}-`;

/** The router's end of an interface: Linux allows 15 characters, so the last 12 of the id name it. */
export const deviceNameOf = (networkInterfaceId: string): string => `e-${networkInterfaceId.slice(-12)}`;
