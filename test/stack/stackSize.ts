import type { Template } from '../../local/deployment/template.ts';

/** CloudFormation's limits of a stack and of a template in S3 (CloudFormation User Guide, "Quotas"). */
export const cloudFormation = { resources: 500, templateBytes: 1_000_000 };

/** What a template takes of CloudFormation's limits. */
export const sizeOf = (template: Template) => ({
  resources: Object.keys(template.Resources).length,
  templateBytes: Buffer.byteLength(JSON.stringify(template)),
});

/** `266 of 500 resources, 373 kB of 1 MB` */
export function sizeText(template: Template): string {
  const { resources, templateBytes } = sizeOf(template);
  return `${resources} of ${cloudFormation.resources} resources, ${Math.ceil(templateBytes / 1000)} kB of 1 MB`;
}
