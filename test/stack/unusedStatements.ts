/** Why a statement stays that no life of a cluster needs, calm or with lost answers: a pattern of its name, and the reason. */
const reasons: readonly (readonly [RegExp, string])[] = [
  [/Role base (WriteOwnLog|Trace)$/, 'Lambda’s own runtime logs and traces; the model’s does neither'],
  [/MachineRole \w+ (DeliverLogs|Trace)$/, 'Step Functions’ own logs and traces; the model’s writes neither'],
  [/ (CompleteTasks|CompleteOwnToken)$/, 'a report that came before the token was stored completes it at once'],
  [/^CreateKeysRole createKeys RemoveDoubles$/, 'a key whose creation was not yet listed when it was tried again'],
  [/^CreateKeysRole createKeys (Find|LookAt)Keys$/, 'looks only when it is tried again, which a calm run may not'],
  [/^CreateInternetGatewayRole \w+ RemoveExtras$/, 'a second gateway of a try whose answer was lost'],
  [
    /^CreateNetworkInterfacesRole \w+ Look$/,
    'an address that an interface has already: test/unit/steps/adoptedNetwork.test.ts',
  ],
  [/^ConfirmDeletionRole \w+ ListWhatIsLeftAlone$/, 'what only wears the tags: test/attacks/strangers.test.ts'],
  [/^CreateNatGatewaysRole \w+ ReleaseExtras$/, 'a second address of a try whose answer was lost'],
  [/^AwaitNatGatewaysRole \w+ /, 'a gateway that failed is made again: test/unit/steps/failures.test.ts'],
  [/^CreateRolesRole createRoles LookAtRoles$/, 'a role that is there already must be the cluster’s own, and bounded'],
  [/^ResumeRunRole resumeRun StartAgain$/, 'a run older than 14 days: test/workflows/repeatedCreation.test.ts'],
  [/^StartMastersRole \w+ AttachOwnVolumes$/, 'a stacked master that died since LaunchEtcd is launched again'],
  [/^CreateNodeGroupsRole \w+ CreateVersionsOfOwn$/, 'a template that is there already and differs gets a version'],
  [/^(PostReport|PostPodRange)Role \w+ LookAt(Instances|MachineRoles)$/, 'the first contact may be on any route'],
  [/^DisableSchedulesRole \w+ Delete$/, 'schedules that somebody made in the deployment’s group for the cluster'],
  [/^ScheduleRole askForOperations AskForOperations$/, 'schedules ask by it: test/attacks/workflows.test.ts'],
  [/^SetDeletionProtectionRole /, 'protection is switched in no life of a cluster'],
  [
    /^TagRetainedVolumesRole \w+ KeepWhatTheCsiDriverMade$/,
    'simulated machines have no volumes that Kubernetes retains',
  ],
];

/** Statements for want of which AWS does not refuse the call that they are for, but answers another one less exactly. */
export const refusedInOtherWords: Readonly<Record<string, RegExp>> = {
  'MirrorAssetRole mirrorAsset TellAbsentFromForbidden': /AccessDenied/,
  'PlanSwitchesRole planSwitches ReadBundles': /cannot be read/,
  'DeleteObjectsRole deleteObjects DeleteClusterObjects': /objects stay, .*AccessDenied/,
};

export const reasonToKeep = (name: string): string | undefined => reasons.find(([pattern]) => pattern.test(name))?.[1];
