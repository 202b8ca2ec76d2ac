/**
 * The condition keys that the model gives values to, in lower case; a trailing slash stands for a family (`aws:RequestTag/team`).
 * A policy that uses another key is refused when it is put: in AWS it would be stored and then silently match nothing, or everything.
 * Source: the Service Authorization Reference's tables of condition keys, and "AWS global condition context keys".
 */
export const globalConditionKeys: readonly string[] = [
  'aws:principalarn',
  'aws:principalaccount',
  'aws:principaltag/',
  'aws:principaltype',
  'aws:principalisawsservice',
  'aws:principalservicename',
  'aws:userid',
  'aws:username',
  'aws:requestedregion',
  'aws:resourceaccount',
  'aws:securetransport',
  'aws:currenttime',
  'aws:epochtime',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:requesttag/',
  'aws:resourcetag/',
  'aws:tagkeys',
];

export const serviceConditionKeys: Readonly<Record<string, readonly string[]>> = {
  autoscaling: [
    'autoscaling:resourcetag/',
    'autoscaling:launchtemplateversionspecified',
    'autoscaling:maxsize',
    'autoscaling:minsize',
  ],
  dynamodb: [
    'dynamodb:attributes',
    'dynamodb:enclosingoperation',
    'dynamodb:leadingkeys',
    'dynamodb:select',
    'dynamodb:returnvalues',
  ],
  ec2: [
    'ec2:resourcetag/',
    'ec2:attribute',
    'ec2:attribute/',
    'ec2:availabilityzone',
    'ec2:createaction',
    'ec2:domain',
    'ec2:ebsoptimized',
    'ec2:encrypted',
    'ec2:imageid',
    'ec2:imagetype',
    'ec2:instanceid',
    'ec2:instancemarkettype',
    'ec2:instanceprofile',
    'ec2:instancetype',
    'ec2:islaunchtemplateresource',
    'ec2:keypairname',
    'ec2:launchtemplate',
    'ec2:metadatahttpendpoint',
    'ec2:metadatahttpputresponsehoplimit',
    'ec2:metadatahttptokens',
    'ec2:networkinterfaceid',
    'ec2:owner',
    'ec2:public',
    'ec2:region',
    'ec2:rootdevicetype',
    'ec2:routetableid',
    'ec2:securitygroupid',
    'ec2:subnet',
    'ec2:subnetid',
    'ec2:tenancy',
    'ec2:volumeid',
    'ec2:volumesize',
    'ec2:volumetype',
    'ec2:vpc',
    'ec2:vpcid',
    'ec2:vpceservicename',
  ],
  elasticloadbalancing: [
    'elasticloadbalancing:resourcetag/',
    'elasticloadbalancing:createaction',
    'elasticloadbalancing:listenerprotocol',
    'elasticloadbalancing:scheme',
    'elasticloadbalancing:securitygroup',
    'elasticloadbalancing:subnet',
  ],
  events: [
    'events:source',
    'events:detail-type',
    'events:targetarn',
    'events:creatoraccount',
    'events:eventbusinvocation',
    'events:managedby',
  ],
  iam: [
    'iam:resourcetag/',
    'iam:permissionsboundary',
    'iam:policyarn',
    'iam:passedtoservice',
    'iam:associatedresourcearn',
    'iam:awsservicename',
  ],
  kms: [
    'kms:bypasspolicylockoutsafetycheck',
    'kms:calleraccount',
    'kms:datakeypairspec',
    'kms:encryptionalgorithm',
    'kms:encryptioncontext:',
    'kms:encryptioncontextkeys',
    'kms:grantconstrainttype',
    'kms:granteeprincipal',
    'kms:grantisforawsresource',
    'kms:grantoperations',
    'kms:keyorigin',
    'kms:keyspec',
    'kms:keyusage',
    'kms:messagetype',
    'kms:multiregion',
    'kms:requestalias',
    'kms:resourcealiases',
    'kms:retiringprincipal',
    'kms:schedulekeydeletionpendingwindowindays',
    'kms:signingalgorithm',
    'kms:viaservice',
  ],
  lambda: ['lambda:functionarn', 'lambda:layer', 'lambda:principal', 'lambda:sourcefunctionarn'],
  s3: [
    's3:delimiter',
    's3:existingobjecttag/',
    's3:if-none-match',
    's3:max-keys',
    's3:prefix',
    's3:requestobjecttag/',
    's3:requestobjecttagkeys',
    's3:versionid',
    's3:x-amz-server-side-encryption',
    's3:x-amz-server-side-encryption-aws-kms-key-id',
  ],
  scheduler: ['scheduler:resourcetag/'],
  ssm: ['ssm:resourcetag/', 'ssm:documentcategories', 'ssm:sessiondocumentaccesscheck'],
  states: ['states:resourcetag/', 'states:httpmethod', 'states:httpendpoint', 'states:statemachinequalifier'],
  sts: ['sts:externalid', 'sts:rolesessionname'],
};

/** Keys with several values, and those that AWS does not fill in: neither may be in a policy variable. */
const notVariables: readonly string[] = [
  'aws:tagkeys',
  'aws:resourcetag/',
  'ec2:resourcetag/',
  'iam:resourcetag/',
  'ssm:resourcetag/',
  'dynamodb:attributes',
  'dynamodb:leadingkeys',
  'kms:encryptioncontextkeys',
  'kms:grantoperations',
  'kms:resourcealiases',
];

const known = [...globalConditionKeys, ...Object.values(serviceConditionKeys).flat()];
const exact = new Set(known);
const families = known.filter(isFamily);

/** Whether the model knows what a request says under this key. */
export function isKnownConditionKey(key: string): boolean {
  const wanted = key.toLowerCase();
  return (exact.has(wanted) && !isFamily(wanted)) || families.some((family) => isMemberOf(family, wanted));
}

/** Whether a policy may use the key's value inside a text of its own. */
export function mayBeVariable(key: string): boolean {
  const wanted = key.toLowerCase();
  return (
    isKnownConditionKey(wanted) &&
    !notVariables.some((name) => (isFamily(name) ? isMemberOf(name, wanted) : name === wanted))
  );
}

function isFamily(key: string): boolean {
  return key.endsWith('/') || key.endsWith(':');
}

function isMemberOf(family: string, key: string): boolean {
  return key.length > family.length && key.startsWith(family);
}
