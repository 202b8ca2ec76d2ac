import type { MemberRow } from './members.ts';

/** An instance as Auto Scaling answers it. */
export function shownMember(member: MemberRow) {
  return {
    InstanceId: member.instanceId,
    InstanceType: member.instanceType,
    AvailabilityZone: member.zone,
    LifecycleState: member.state,
    HealthStatus: member.healthy ? 'Healthy' : 'Unhealthy',
    ProtectedFromScaleIn: member.protected,
    LaunchTemplate: {
      LaunchTemplateId: member.template.id,
      LaunchTemplateName: member.template.name,
      Version: member.template.version,
    },
  };
}
