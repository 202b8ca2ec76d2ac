export interface UsedTemplate {
  readonly templateId: string;
  readonly version: number;
}

/** The tags that EC2 gives to an instance of a template. */
export function templateTags({ templateId, version }: UsedTemplate): Record<string, string> {
  return { 'aws:ec2launchtemplate:id': templateId, 'aws:ec2launchtemplate:version': String(version) };
}
